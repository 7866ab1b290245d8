update_params = lambda w, b, alpha, dw, db: (w - dw * alpha, b - db * alpha)
