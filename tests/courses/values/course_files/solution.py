def degrees(name):
    with open(name, encoding="utf-8") as file:
        rows = [line.split(",") for line in file.read().splitlines()[1:]]
    return {city: float(value) for city, value in rows}


warmest = max(degrees("pogoda.csv").values())
day = open("2026/dzień.txt", encoding="utf-8").read().strip()
