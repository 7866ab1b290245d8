import matplotlib.pyplot as plt

squares = [x**2 for x in range(4)]
plt.plot(range(4), squares)
plt.xlabel("x")
plt.title("Kwadraty")
