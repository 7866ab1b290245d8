"""What the source of a wrong compute_mse_loss makes probable. Each function sees it as a FunctionSource."""


def sum_without_division(function):
    """pl: liczysz sumę i nigdzie jej nie dzielisz. Sprawdź, co we wzorze stoi przed znakiem sumy.
    en: a sum is taken, and nothing divides it. Check what stands in front of the sum in the formula.
    """
    adds = function.calls("sum") or any(isinstance(node, ast.AugAssign) for node in function.nodes)
    divides = any(isinstance(node, ast.Div | ast.FloorDiv) for node in function.nodes)
    averages = any(function.calls(name) for name in ("mean", "fmean", "average", "dot", "divide", "true_divide"))
    powers = [node for node in function.nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)]
    inverse = any(isinstance(node.right, ast.UnaryOp) for node in powers)
    return function.closed and adds and not (divides or averages or inverse)


def never_squared(function):
    """pl: nigdzie nie ma kwadratu. Sprawdź, co we wzorze dzieje się z różnicą.
    en: nothing is squared. Check in the formula what is done to the difference.
    """
    powers = any(isinstance(node, ast.Pow | ast.Mult | ast.MatMult) for node in function.nodes)
    return (
        function.closed
        and not powers
        and not any(function.calls(name) for name in ("power", "square", "pow", "dot", "norm", "multiply"))
    )
