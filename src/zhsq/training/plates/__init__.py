"""Synthetic Chinese plates, and training a reader on them.

`fonts` and `strokes` give letterforms, `glyphs` turns them into masks, `layouts` knows the proportions and colours of
each class, `flat` draws a plate as it left the press, `scene` photographs it, `synthesis` joins these into a stream
of labelled crops. `network` is the reader, `module` and `learn` train it, `fit` calibrates it and makes its bundle.
"""
