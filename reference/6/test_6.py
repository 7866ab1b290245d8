import numpy as np
import pytest

TOLERANCE = 1e-4  # leaves room for a small number added to the divisor, as many do against division by zero
ALPHA = 0.4
EPOCHS = 10


@pytest.mark.check(
    bonus=2,
    pl="Średnia 0 i odchylenie 1 albo wartości od 0 do 1",
    en="Mean 0 and deviation 1, or values from 0 to 1",
)
def test_brings_to_a_common_scale(normalize, rng):
    cases = [
        (np.array([2.0, 4.0, 9.0]),),  # of two, much has the right scale by chance
        (np.array([2.0, 6.0]),),
        (np.round(rng.uniform(-30, -5, 5), 1),),
        (np.round(rng.uniform(5, 95, 40), 2),),
        (rng.normal(3, 0.05, 100),),
        (rng.normal(-40, 7, 500),),
    ]
    for call in normalize.each(cases):
        z = call.array()
        if not (_is_standardized(z) or _is_min_max(z)):
            _refuse_scale(call, z)
        alike = _alike(call.args[0], z)
        if alike < -1 + 1e-6:
            call.refuse(
                pl="Skala się zgadza, ale największa obserwacja stała się najmniejszą. Sprawdź, co od czego odejmujesz.",
                en="The scale is right, but the largest observation has become the smallest. Check what you subtract from what.",
            )
        if alike < 1 - 1e-6:
            _refuse_spacing(call)


@pytest.mark.check(
    bonus=1,
    pl="Po normalizacji 10 epok daje mniejszy błąd",
    en="After normalizing, 10 epochs give a smaller loss",
)
def test_trains_faster(normalize, losses, data, rng):
    x = np.round(rng.uniform(50, 150, 60), 1)
    drawn = x, np.round(rng.uniform(2, 4) * x + rng.normal(0, 10, 60), 1)
    for (x, y), call in zip([drawn, data], normalize.each([drawn[:1], data[:1]])):
        z = call.array()
        loss = _loss_after_training(call, losses, x, z, y)
        if not np.isfinite(loss) or loss > _loss_to_reach(z, x, y):
            call.refuse(
                pl=f"Po {EPOCHS} epokach z learning rate {ALPHA} na tych danych błąd to {loss:.4g}: to nie szybciej.",
                en=f"After {EPOCHS} epochs at a learning rate of {ALPHA} on this input the loss is {loss:.4g}: no faster.",
            )


@np.errstate(all="ignore")  # input that is not normalized makes training diverge
def _loss_after_training(call, losses, x, z, y):
    if not abs(_alike(x, z)) > 1 - 1e-6:
        _refuse_spacing(call)
    return losses(z, y, 0.5, 0, ALPHA, EPOCHS)[-1]


def _loss_to_reach(z, x, y):
    """Near the least-squares line; input in [0, 1] is still on its way there, yet far below where it started."""
    if _is_min_max(z):
        return _mean_square(0.5 * x - y) / 4
    x, y = x - x.mean(), y - y.mean()
    return 1.02 * _mean_square(y - (x @ y) / (x @ x) * x)


def _is_standardized(z):
    mean = z.mean()
    deviation = _mean_square(z - mean) ** 0.5
    of_sample = deviation * (len(z) / (len(z) - 1)) ** 0.5
    return abs(mean) < TOLERANCE and min(abs(deviation - 1), abs(of_sample - 1)) < TOLERANCE


def _is_min_max(z):
    return abs(z.min()) < TOLERANCE and abs(z.max() - 1) < TOLERANCE


def _mean_square(z):
    return z @ z / len(z)


def _alike(x, z):
    """The correlation of two vectors."""
    x, z = x - x.mean(), z - z.mean()
    return (x @ z) / ((x @ x) * (z @ z)) ** 0.5


def _refuse_spacing(call):
    call.refuse(
        pl="Odstępy między obserwacjami nie są już takie jak w x.",
        en="The observations are no longer spaced as they are in x.",
    )


def _refuse_scale(call, z):
    mean, deviation, low, high = np.round([np.mean(z), np.std(z), np.min(z), np.max(z)], 4) + 0  # + 0 makes -0 a 0
    call.refuse(
        pl=f"Wynik ma średnią {mean:.4g}, odchylenie {deviation:.4g} i wartości od {low:.4g} do {high:.4g}, "
        "a ma mieć średnią 0 i odchylenie 1 albo wartości od 0 do 1.",
        en=f"The answer has mean {mean:.4g}, deviation {deviation:.4g}, and values from {low:.4g} to {high:.4g}; "
        "it should have mean 0 and deviation 1, or values from 0 to 1.",
    )
