// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// A contract account that one key signs for (ERC-1271).
contract KeyWallet {
    address private immutable _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature)
        external
        view
        returns (bytes4)
    {
        (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
        bool yes = ecrecover(hash, uint8(signature[64]), r, s) == _owner;
        return yes ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}
