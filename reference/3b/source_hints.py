"""What the source of a wrong get_backprop makes probable. Each function sees it as a FunctionSource."""


def still_squared(function):
    """pl: w pochodnej nadal jest kwadrat. Sprawdź, co zostaje z potęgi, gdy liczysz pochodną.
    en: there is still a square in the derivative. Check what is left of a power when you differentiate it.
    """
    powers = [node for node in function.reaching if isinstance(node, ast.Pow)]
    return powers or any(function.reaching_calls(name) for name in ("power", "square", "pow"))


def never_averaged(function):
    """pl: nigdzie nie liczysz średniej. Sprawdź, jak z wektora pochodnych robi się jedną liczbę.
    en: no mean is taken anywhere. Check how a vector of derivatives becomes one number.
    """
    averages = any(function.calls(name) for name in ("mean", "average", "sum", "dot", "fsum", "fmean"))
    loops = any(isinstance(node, ast.For | ast.While | ast.comprehension | ast.MatMult) for node in function.nodes)
    return function.closed and not averages and not loops
