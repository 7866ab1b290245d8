"""pl: Średnia i odchylenie się zgadzają, ale największa obserwacja stała się najmniejszą. Sprawdź, co od czego odejmujesz.
en: Mean and deviation are right, but the largest observation has become the smallest. Check what you subtract from what.
"""


def normalize(x):
    return (np.mean(x) - x) / np.std(x)
