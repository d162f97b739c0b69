"""What several folders of tests share: fixtures as plugins, and processes that tests start."""
