class Scaler:
    def fit(self, x):
        self.mean, self.std = x.mean(), x.std()
        return self

    def transform(self, x):
        return (x - self.mean) / self.std

    def normalize(self, x):
        return self.fit(x).transform(x)
