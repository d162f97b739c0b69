"""Run a bundle: in process with ONNX Runtime, or on Triton, behind one signature."""
