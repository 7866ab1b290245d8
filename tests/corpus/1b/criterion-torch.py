"""truth: This is PyTorch code: nn was never imported, so NameError is raised, and numpy arrays could not be used with it anyway."""
def compute_mse_loss(y_hat, y):
    criterion = nn.MSELoss()
    loss = criterion(y_hat, y)
    return loss.item()
