a = [-1]
drop_negative(a)
assert a == []
