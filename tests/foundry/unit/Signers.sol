// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Contracts that are asked whether a signature is theirs (ERC-1271).

/// Says yes to one question, after using up about as much gas as it is told.
contract Wallet {
    bytes32 private immutable _question;
    uint256 private immutable _thinks;

    constructor(bytes32 hash, bytes memory signature, uint256 thinks) {
        _question = keccak256(abi.encode(hash, signature));
        _thinks = thinks;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature)
        external
        view
        returns (bytes4)
    {
        uint256 start = gasleft();
        while (start - gasleft() < _thinks) {}
        bool yes = keccak256(abi.encode(hash, signature)) == _question;
        return yes ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}

/// Answers every call with these bytes, by return or by revert.
contract Answering {
    bytes private _answer;
    bool private immutable _reverts;

    constructor(bytes memory answer, bool reverts) {
        (_answer, _reverts) = (answer, reverts);
    }

    fallback() external {
        bytes memory answer = _answer;
        bool reverts = _reverts;
        assembly ("memory-safe") {
            if reverts { revert(add(answer, 32), mload(answer)) }
            return(add(answer, 32), mload(answer))
        }
    }
}

/// Uses up everything that it is given.
contract Endless {
    fallback() external {
        while (true) {}
    }
}
