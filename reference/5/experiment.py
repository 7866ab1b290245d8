# Doświadczenie: Twoje train i trzy wartości learning rate, 1000 epok
# Experiment: your train and three learning rates, 1000 epochs
draw_losses(
    train, x_train, y_train, [0.1, 0.001, 0.0001], 1000, "generated_data"
)
