import matplotlib.pyplot as plt

squares = [0, 1, 4, 9]
fig, ax = plt.subplots()
ax.plot(squares)
ax.set(xlabel="x", title="Kwadraty")
