"""What the source of a wrong train makes probable. Each function sees it as a FunctionSource."""

_SCALING = (ast.Div, ast.Mult, ast.Pow)
_DRAWING = ("choice", "choices", "permutation", "shuffle", "sample", "randint", "integers", "randrange")


def line_computed_at_once(function):
    """pl: najlepsza prosta jest policzona od razu, gotową funkcją. Tutaj dochodzi się do niej krokami: w każdej z epochs epok jeden krok z funkcji update_params.
    en: the best line is computed at once, by a ready-made function. Here it is reached in steps: one step of update_params in each of the epochs.
    """
    return any(function.reaching_calls(name) for name in ("polyfit", "lstsq", "linregress", "LinearRegression", "pinv"))


def no_loop(function):
    """pl: w funkcji nie ma pętli. Jedno przejście to jedna epoka, a ma ich być tyle, ile wynosi epochs.
    en: there is no loop in the function. One pass is one epoch, and there should be as many as epochs says.
    """
    loops = any(isinstance(node, ast.For | ast.While | ast.comprehension) for node in function.nodes)
    return function.closed and not loops and not function.calls("train")


def gradient_before_the_loop(function):
    """pl: gradient jest policzony raz, przed pętlą. Po każdej zmianie w i b jest inny, więc trzeba go liczyć w każdej epoce.
    en: the gradient is computed once, before the loop. It changes with w and b, so each epoch needs it anew.
    """
    return function.loops and _outside(function, "get_backprop")


def predictions_before_the_loop(function):
    """pl: predykcje są policzone raz, przed pętlą. Po każdej zmianie w i b są inne, więc trzeba je liczyć w każdej epoce.
    en: the predictions are computed once, before the loop. They change with w and b, so each epoch needs them anew.
    """
    return function.loops and _outside(function, "get_linear_forward")


def initial_parameters_in_each_epoch(function):
    """pl: predykcje w każdej epoce są liczone z parametrów początkowych. Sprawdź, które w i b zmieniają się w pętli.
    en: the predictions of each epoch come from the initial parameters. Check which w and b change in the loop.
    """
    stored = {node.id for node in function.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    initial = {function.own.get("w"), function.own.get("b")} - stored - {None}
    calls = [call for call in function.calls("get_linear_forward") if function.in_loop(call)]
    return any(isinstance(one, ast.Name) and one.id in initial for call in calls for one in call.args)


def several_steps_in_an_epoch(function):
    """pl: parametry zmieniają się w pętli, która sama stoi w pętli po epokach. Jedna epoka to tutaj jeden krok, z gradientem średnim ze wszystkich obserwacji.
    en: the parameters change in a loop that itself stands in the loop over epochs. Here one epoch is one step, along the mean gradient of all observations.
    """
    inner = {
        loop for outer in function.loops for loop in ast.walk(outer) if loop in function.loops and loop is not outer
    }
    return any(_over_data(function, loop) and _predicts_and_steps(function, loop) for loop in inner)


def changing_learning_rate(function):
    """pl: alpha zmienia się z epoki na epokę. Learning rate ma być w każdej epoce taki, jaki podano.
    en: alpha changes from epoch to epoch. The learning rate should be the given one in every epoch.
    """
    alpha = function.own.get("alpha")
    return any(alpha in _names([loop], ast.Store) or _scales(loop, alpha) for loop in function.loops)


def observations_drawn(function):
    """pl: obserwacje są losowane. Każda epoka liczy tutaj predykcje i gradient ze wszystkich obserwacji, więc niczego nie trzeba losować.
    en: observations are drawn at random. Here each epoch takes the predictions and the gradient from all observations, so nothing has to be drawn.
    """
    data = _data(function)
    drawn = [call for name in _DRAWING for call in function.reaching_calls(name)]
    return any(call not in function.values or _names(call.args) & data for call in drawn)


def loop_left_early(function):
    """pl: pętla może się skończyć wcześniej, na break. Ma zrobić tyle epok, ile wynosi epochs.
    en: the loop may end early, at a break. It should make as many epochs as epochs says.
    """
    inside = {inner for loop in function.loops for inner in ast.walk(loop) if inner is not loop}
    counted = [loop for loop in function.loops if isinstance(loop, ast.For) and loop not in inside]
    guards = any(function.calls(name) for name in ("isfinite", "isnan", "isinf"))
    return not guards and any(isinstance(node, ast.Break) for loop in counted for node in ast.walk(loop))


def _outside(function, name):
    calls = function.calls(name)
    return calls and not any(function.in_loop(call) for call in calls)


def _scales(loop, name):
    """Whether it is multiplied, divided or raised by what counts the passes, and by nothing else."""
    counted = isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call) and called_name(loop.iter) == "range"
    passes = _names([loop.target], ast.Store) if counted else set()
    scaled = [node for node in ast.walk(loop) if isinstance(node, ast.BinOp) and isinstance(node.op, _SCALING)]
    by = [node.right for node in scaled if isinstance(node.left, ast.Name) and node.left.id == name]
    return any(_names([one]) and _names([one]) <= passes for one in by)


def _over_data(function, loop):
    """Whether each pass takes other observations."""
    data, counted = _data(function), loop.iter if isinstance(loop, ast.For) else loop.test
    items = [node for node in ast.walk(loop) if isinstance(node, ast.Subscript) and _names([node.value]) & data]
    return items or (isinstance(counted, ast.Call) and called_name(counted) == "zip" and _names(counted.args) & data)


def _predicts_and_steps(function, loop):
    """Whether each pass changes what is returned, after predictions with what it was."""
    returned, stored = _names(function.returned), _names([loop], ast.Store)
    steps = [node for node in ast.walk(loop) if isinstance(node, ast.Call) and called_name(node) == "update_params"]
    products = [node for node in ast.walk(loop) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)]
    predicts = "get_linear_forward" in {called_name(node) for node in ast.walk(loop) if isinstance(node, ast.Call)}
    predicts = predicts or any(_names([node.left, node.right]) & returned & stored for node in products)
    return returned & stored and predicts and (steps or function.own.get("alpha") in _names([loop]))


def _data(function):
    return {function.own.get("x"), function.own.get("y")} - {None}


def _names(nodes, kind=ast.Load):
    inside = [inner for node in nodes for inner in ast.walk(node)]
    return {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, kind)}
