// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Contracts that are asked whether a signature is theirs (ERC-1271), good and bad.

/// Says yes to exactly what its owner's key signed, as an ordinary contract wallet does.
contract GoodSigner {
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
        bool valid = ecrecover(hash, uint8(signature[64]), r, s) == _owner;
        return valid ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }

    function redeemCanceled(address token, bytes32 nonce) external {
        (bool done,) = token.call(
            abi.encodeWithSignature(
                "cancelRedeemOrder(address,bytes32,bytes)", address(this), nonce, ""
            )
        );
        require(done);
    }
}

/// Says yes to everything.
contract YesSigner {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return 0x1626ba7e;
    }
}

/// Says no to everything; as the code of an account that has its own key (EIP-7702), it must not
/// keep that key's ordinary signature from being good.
contract NoSigner {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return 0xffffffff;
    }
}

/// Answers as `mode` says; each is not a yes.
contract BadSigner {
    uint256 private immutable _mode;

    constructor(uint256 mode) {
        _mode = mode;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        bytes32 yes = bytes32(bytes4(0x1626ba7e));
        if (_mode == 0) revert("no");
        if (_mode == 1) while (true) {} // burns all the gas it is given
        if (_mode == 2) return abi.encodePacked(bytes4(0x1626ba7e)); // shorter than a word
        if (_mode == 3) return ""; // nothing
        if (_mode == 4) return abi.encode(uint256(1)); // "true" is not the magic word
        if (_mode == 5) return abi.encode(yes | bytes32(uint256(1))); // dirty lower bytes
        if (_mode == 6) {
            // A revert whose data looks like a yes.
            assembly {
                mstore(0, yes)
                revert(0, 32)
            }
        }
        // A long answer that starts with a yes is a yes, but must not be copied. A megabyte costs
        // more than what is given.
        bool reverts = _mode == 7;
        uint256 length = _mode == 8 ? 1 << 20 : 300_000;
        assembly {
            mstore(0, yes)
            if reverts { revert(0, length) }
            return(0, length)
        }
    }
}

/// Says yes to everything, but only after work that needs nearly all the gas a signer is given.
contract CostlySigner {
    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        uint256 enough = gasleft() - 480_000; // reverts when there was less to begin with
        while (gasleft() > enough) {}
        return 0x1626ba7e;
    }
}
