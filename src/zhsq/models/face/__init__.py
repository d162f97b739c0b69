"""Faces: detect, align by five landmarks, embed."""
