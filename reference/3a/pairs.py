"""The solution with a switch for each mistake that people make together with another."""


def get_backprop(y_hat, y, x, made):
    errors = y_hat - y
    if "predictions-for-difference" in made:
        errors = y_hat
    elif "sign-reversed" in made:
        errors = y - y_hat
    if "factor-two-missing" not in made:
        errors = 2 * errors
    dw = errors if "dw-without-x" in made else errors * x
    db = errors * x if "db-times-x" in made else errors
    if "mean-too-early" in made:
        dw, db = np.mean(dw), np.mean(db)
    if "swapped" in made:
        dw, db = db, dw
    return {"dw": dw, "db": db} if "dict" in made else (dw, db)
