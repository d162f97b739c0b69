"""Load for a model server: ways to call one model, closed-loop clients, and where a call's time goes."""
