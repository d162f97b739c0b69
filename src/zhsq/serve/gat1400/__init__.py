"""GA/T 1400 to a platform above: states of devices, and alerts about vehicles, each on a recorded legal basis.

There is no record of a person, of a face, of a picture or of a template in this package: it can't send one.
"""
