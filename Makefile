# What contributors run most. Each target makes the environment (.venv, Debian's programs) first, by run.py.
PYTHON ?= python3
SUITES ?=

.PHONY: help checks test quality
help:
	@echo "make checks    linters, types and import rules"
	@echo "make test      the checks, and every test"
	@echo "make quality   role matrix, faults, fuzz, crash and cut: about 45 minutes on two cores; SUITES='roles faults_kill' picks some,"
	@echo "               ZHSQ_QUALITY_SCALE=0.1 makes each so much smaller"

checks:
	$(PYTHON) run.py checks

test:
	$(PYTHON) run.py test

quality:
	$(PYTHON) run.py quality $(SUITES)
