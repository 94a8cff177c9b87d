"""The one place where the report service puts its parts together.

In two modules, since workers and the scheduler live longer and leaner without the web's imports.
"""
