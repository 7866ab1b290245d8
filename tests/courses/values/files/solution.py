with open("wyniki.csv", "w", encoding="utf-8") as file:
    file.write("imię,punkty\nAda,3\nŁucja,5\n")


def read_points(path):
    with open(path, encoding="utf-8") as file:
        rows = [line.split(",") for line in file.read().splitlines()[1:]]
    return {name: int(points) for name, points in rows}
