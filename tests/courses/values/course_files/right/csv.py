import csv


def degrees(name):
    with open(name, encoding="utf-8", newline="") as file:
        return {row["miasto"]: float(row["stopnie"]) for row in csv.DictReader(file)}


warmest = 21.5
with open("2026/dzień.txt", encoding="utf-8") as file:
    day = "".join(file).rstrip("\n")
