// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IDepositToken} from "../interfaces/IDepositToken.sol";
import {SignatureCheck} from "../libraries/SignatureCheck.sol";
import {TypedHashes} from "../libraries/TypedHashes.sol";
import {Payments} from "./Payments.sol";

/// @title Payments by the holder's signature: ERC-2612 and ERC-3009
/// @notice Contracts: whoever brings the signature pays the chain's fee; whose money moves is decided by
/// the signature alone. Each function comes with the signature as (v, r, s) and as bytes.
abstract contract SignedPayments is Payments, EIP712 {
    mapping(address owner => uint256) private _permitNonces;
    mapping(address authorizer => mapping(bytes32 nonce => bool)) private _authorizationUsed;

    // ------------------------------------------------------------------ reading

    /// @inheritdoc IERC20Permit
    function nonces(address owner) external view returns (uint256) {
        return _permitNonces[owner];
    }

    /// @inheritdoc IERC20Permit
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IERC3009
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool) {
        return _authorizationUsed[authorizer][nonce];
    }

    /// @inheritdoc IERC5267
    function eip712Domain()
        public
        view
        override(EIP712, IERC5267)
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return super.eip712Domain();
    }

    // ------------------------------------------------------------------ permit

    /// @inheritdoc IERC20Permit
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        bytes32 digest = _usePermit(owner, spender, value, deadline);
        _requireSignature(owner, digest, v, r, s);
        _approve(owner, spender, value);
    }

    /// @inheritdoc IDepositToken
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external {
        bytes32 digest = _usePermit(owner, spender, value, deadline);
        _requireSignature(owner, digest, signature);
        _approve(owner, spender, value);
    }

    // ------------------------------------------------------------------ authorizations

    /// @inheritdoc IERC3009
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        _requireInTime(validAfter, validBefore);
        bytes32 structHash = TypedHashes.authorization(
            TypedHashes.TRANSFER, from, to, value, validAfter, validBefore, nonce
        );
        _requireSignature(from, _hashTypedDataV4(structHash), v, r, s);
        _payAuthorized(from, to, value, nonce);
    }

    /// @inheritdoc IDepositToken
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        _requireInTime(validAfter, validBefore);
        bytes32 structHash = TypedHashes.authorization(
            TypedHashes.TRANSFER, from, to, value, validAfter, validBefore, nonce
        );
        _requireSignature(from, _hashTypedDataV4(structHash), signature);
        _payAuthorized(from, to, value, nonce);
    }

    /// @inheritdoc IERC3009
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        _requirePayee(to);
        _requireInTime(validAfter, validBefore);
        bytes32 structHash = TypedHashes.authorization(
            TypedHashes.RECEIVE, from, to, value, validAfter, validBefore, nonce
        );
        _requireSignature(from, _hashTypedDataV4(structHash), v, r, s);
        _payAuthorized(from, to, value, nonce);
    }

    /// @inheritdoc IDepositToken
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        _requirePayee(to);
        _requireInTime(validAfter, validBefore);
        bytes32 structHash = TypedHashes.authorization(
            TypedHashes.RECEIVE, from, to, value, validAfter, validBefore, nonce
        );
        _requireSignature(from, _hashTypedDataV4(structHash), signature);
        _payAuthorized(from, to, value, nonce);
    }

    /// @inheritdoc IERC3009Cancel
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)
        external
    {
        bytes32 structHash = TypedHashes.cancelAuthorization(authorizer, nonce);
        _requireSignature(authorizer, _hashTypedDataV4(structHash), v, r, s);
        _cancelAuthorization(authorizer, nonce);
    }

    /// @inheritdoc IDepositToken
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature)
        external
    {
        bytes32 structHash = TypedHashes.cancelAuthorization(authorizer, nonce);
        _requireSignature(authorizer, _hashTypedDataV4(structHash), signature);
        _cancelAuthorization(authorizer, nonce);
    }

    // ------------------------------------------------------------------ steps

    /// @dev Takes the owner's next permit number and answers what they must have signed.
    function _usePermit(address owner, address spender, uint256 value, uint256 deadline)
        private
        returns (bytes32 digest)
    {
        if (block.timestamp > deadline) revert PermitExpired(deadline);
        uint256 nonce = _permitNonces[owner];
        unchecked {
            _permitNonces[owner] = nonce + 1; // one a transaction: cannot come near 2^256
        }
        return _hashTypedDataV4(TypedHashes.permit(owner, spender, value, nonce, deadline));
    }

    function _requirePayee(address payee) private view {
        if (msg.sender != payee) revert CallerNotPayee(msg.sender, payee);
    }

    /// @dev Both ends are exclusive, as ERC-3009 has them.
    function _requireInTime(uint256 validAfter, uint256 validBefore) private view {
        if (block.timestamp <= validAfter) revert AuthorizationNotYetValid(validAfter);
        if (block.timestamp >= validBefore) revert AuthorizationExpired(validBefore);
    }

    function _payAuthorized(address from, address to, uint256 value, bytes32 nonce) private {
        _useAuthorization(from, nonce);
        emit AuthorizationUsed(from, nonce);
        _pay(from, to, value);
    }

    function _cancelAuthorization(address authorizer, bytes32 nonce) private {
        _useAuthorization(authorizer, nonce);
        emit AuthorizationCanceled(authorizer, nonce);
    }

    function _useAuthorization(address authorizer, bytes32 nonce) private {
        mapping(bytes32 => bool) storage used = _authorizationUsed[authorizer];
        if (used[nonce]) revert AuthorizationUsedOrCanceled(authorizer, nonce);
        used[nonce] = true;
    }

    function _requireSignature(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s)
        private
        view
    {
        if (!SignatureCheck.isValid(signer, digest, v, r, s)) revert InvalidSignature(signer);
    }

    function _requireSignature(address signer, bytes32 digest, bytes calldata signature)
        internal
        view
    {
        if (!SignatureCheck.isValid(signer, digest, signature)) {
            revert InvalidSignature(signer);
        }
    }
}
