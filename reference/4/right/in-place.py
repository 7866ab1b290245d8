def update_params(weight, bias, learning_rate, dw, db):
    weight -= learning_rate * dw
    bias -= learning_rate * db
    return weight, bias
