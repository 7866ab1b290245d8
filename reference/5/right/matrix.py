def train(x, y, w, b, alpha, epochs):
    design = np.column_stack([x, np.ones(len(x))])
    theta = np.array([w, b], dtype=float)
    for epoch in range(epochs):
        theta = theta - alpha * 2 / len(x) * design.T @ (design @ theta - y)
        print(f"| {epoch + 1:4d} | {np.mean((design @ theta - y) ** 2):10,.2f} | {theta[0]:.2f} | {theta[1]:.2f} |")
    return theta
