"""The promises of the Bank port, held against every adapter."""
