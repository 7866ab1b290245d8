# @title Rysuje błąd epoka po epoce / Draws the loss, epoch by epoch
import contextlib
import io
import time

from IPython.display import SVG, display


def losses_of(train, x, y, alpha, epochs):
    """Numer epoki i błąd po niej / Each epoch with the loss after it."""
    w, b, done, losses, started = 0.5, 0, 0, {}, time.monotonic()
    often = range(0, epochs + 1, max(1, epochs // 100))
    for epoch in sorted({*range(min(epochs, 10) + 1), *often}):
        if epoch > done:
            with contextlib.redirect_stdout(io.StringIO()):
                w, b = train(x, y, w, b, alpha, epoch - done)
            done = epoch
        losses[epoch] = float(compute_mse_loss(get_linear_forward(x, w, b), y))
        without_end = not losses[epoch] < 1e6 * max(losses[0], 1)
        if without_end or time.monotonic() - started > 5:
            break
    return losses


def panel_of(left, alpha, data, losses):
    """Wykres jednego uczenia, w swojej skali / One training, in its scale."""
    last, finite = max(losses), {}
    for epoch, loss in losses.items():
        if np.isfinite(loss):
            finite[epoch] = loss
    highest = max(finite.values(), default=0) or 1
    right, up = 200 / max(last, 1), 90 / highest
    points = " ".join(
        f"{20 + right * epoch:.1f},{150 - up * loss:.1f}"
        for epoch, loss in finite.items()
    )
    return f"""<g transform="translate({left})" fill="#123">
<text x="20" y="20" font-weight="bold">alpha = {alpha}</text>
<text x="20" y="36">{data}</text>
<text x="20" y="53">MSE: {losses[0]:.6g} → {losses[last]:.6g}</text>
<path d="M20 60V150H220" fill="none" stroke="#456"/>
<polyline points="{points}" fill="none" stroke="#c2410c" stroke-width="2"/>
<text x="20" y="166">0</text>
<text x="220" y="166" text-anchor="end">epoka / epoch {last}</text></g>"""


def draw_losses(train, x, y, alphas, epochs, data):
    """Wykres dla każdej alphy / A chart for each alpha."""
    panels, width = [], 240 * len(alphas)
    for alpha in alphas:
        try:
            losses = losses_of(train, x, y, alpha, epochs)
        except Exception as error:
            print("Najpierw popraw funkcje / Correct the functions first:")
            print(f"{type(error).__name__}: {error}")
            return
        panels.append(panel_of(240 * len(panels), alpha, data, losses))
    display(SVG(f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}"
height="180" viewBox="0 0 {width} 180" font-family="sans-serif" font-size="13">
<rect width="{width}" height="180" fill="#fff"/>{"".join(panels)}</svg>"""))
