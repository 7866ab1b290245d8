"""nbgrader and otter themselves, from an environment that has them: do they judge as this grader does?"""
