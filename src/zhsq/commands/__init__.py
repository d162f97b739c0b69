"""The subcommands of `zhsq`, a module each; every module exposes `app`."""
