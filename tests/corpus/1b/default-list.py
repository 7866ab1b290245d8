"""truth: The default list is made once and shared by all calls, so from the second call on the errors of earlier calls are averaged in."""
def compute_mse_loss(y_hat, y, bledy=[]):
    for a, b in zip(y_hat, y):
        bledy.append((a - b)**2)
    return np.mean(bledy)
