def twice(function, value):
    return function(function(value))
