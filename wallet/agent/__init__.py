"""Wallet: the unlocked agent: it keeps the keys in memory for some minutes, and signs when asked.

`jiaozi agent start` asks for the password once. The agent then listens on `agent.sock` in the
wallet's directory, which only its owner can open, and looks at who speaks. It is given whole
messages — typed data, a transaction, a text — and hashes them itself; it never signs a digest.
When its time is up it forgets its keys and ends.

    protocol   what is said: a length and a JSON object each way
    decision   whether a request may be signed; the one place to say no
    server     the agent; `process` is how it is put into the background
    client     AgentSigner, a Signer whose key is the agent's
"""
