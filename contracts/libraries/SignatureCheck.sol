// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title Whether a signature over a digest is its signer's
/// @notice Contracts: ecrecover first, then ERC-1271. So the ordinary signature of an account that has
/// delegated its code (EIP-7702) stays good whatever that code says. A signer contract is asked with
/// bounded gas and at most 32 bytes of its answer are copied: it can refuse, but not sink a batch.
library SignatureCheck {
    /// @dev Gas given to a signer contract; enough for a passkey verified in Solidity.
    uint256 internal constant CONTRACT_SIGNER_GAS = 500_000;
    uint256 private constant PLAIN_LENGTH = 65;
    /// @dev secp256k1's n / 2: of the two forms of a signature only the one with the lower s is good.
    uint256 private constant HALF_ORDER =
        0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    function isValid(address signer, bytes32 digest, bytes calldata signature)
        internal
        view
        returns (bool)
    {
        if (signature.length == PLAIN_LENGTH) {
            (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
            if (_isOwn(signer, digest, uint8(signature[PLAIN_LENGTH - 1]), r, s)) return true;
        }
        return _isContracts(signer, digest, signature);
    }

    function isValid(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s)
        internal
        view
        returns (bool)
    {
        if (_isOwn(signer, digest, v, r, s)) return true;
        return _isContracts(signer, digest, abi.encodePacked(r, s, v));
    }

    /// @dev ecrecover answers zero for a bad signature, and zero signs nothing.
    function _isOwn(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s)
        private
        pure
        returns (bool)
    {
        if (uint256(s) > HALF_ORDER || (v != 27 && v != 28)) return false;
        return signer != address(0) && ecrecover(digest, v, r, s) == signer;
    }

    function _isContracts(address signer, bytes32 digest, bytes memory signature)
        private
        view
        returns (bool)
    {
        if (signer.code.length == 0) return false;
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bool answered;
        bytes32 answer;
        uint256 gasGiven = CONTRACT_SIGNER_GAS;
        // A Solidity call would copy the whole answer, however long; this copies one word at most.
        assembly ("memory-safe") {
            answered := staticcall(gasGiven, signer, add(question, 32), mload(question), 0, 32)
            answered := and(answered, gt(returndatasize(), 31))
            answer := mload(0)
        }
        return answered && answer == bytes32(IERC1271.isValidSignature.selector);
    }
}
