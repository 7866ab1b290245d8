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
    mean = np.sum if "sum-not-mean" in made else np.mean
    if "no-mean" not in made:
        dw = dw if "only-db-averaged" in made else mean(dw)
        db = db if "only-dw-averaged" in made else mean(db)
    if "swapped" in made:
        dw, db = db, dw
    return {"dw": dw, "db": db} if "dict" in made else (dw, db)
