# Doświadczenie: Twoje train na znormalizowanych danych, tylko 10 epok
# Experiment: your train on the normalized input, only 10 epochs
draw_losses(
    train, normalize(x_train), y_train, [0.4], 10, "normalize(x_train)"
)
