"""The tests; each folder mirrors a package or stands for one kind of test."""
