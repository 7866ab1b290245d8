train = lambda x, y, waga, bias: compute_mse_loss(get_linear_forward(x, waga, bias), y)
