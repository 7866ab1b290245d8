"""The solution with a switch for each mistake that people make together with another."""

rng = np.random.default_rng(3706)
x_train = rng.uniform(0, 100, size=200)
y_train = 2.25 * x_train + 20 + rng.normal(0, 10, size=200)


def normalize(x, made):
    if "target-normalized" in made:
        x = y_train
    spread = np.var(x) if "divided-by-variance" in made else np.std(x)
    if "divided-by-maximum" in made:
        return x / np.max(x)
    if "range-without-minimum" in made:
        return x / (np.max(x) - np.min(x))
    if "only-scaled" in made:
        return x / spread
    if "only-centred" in made:
        return x - np.mean(x)
    return x - np.mean(x) / spread if "no-brackets" in made else (x - np.mean(x)) / spread
