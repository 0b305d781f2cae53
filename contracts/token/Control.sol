// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDepositToken} from "../interfaces/IDepositToken.sol";
import {Issuance} from "./Issuance.sol";

/// @title What the bank's named roles may do to accounts and rules
/// @notice Contracts: who holds which role, and after what delay it acts, stands in the AccessManager.
abstract contract Control is Issuance {
    string private _contractURI;

    /// @inheritdoc IDepositToken
    function contractURI() external view returns (string memory) {
        return _contractURI;
    }

    // ------------------------------------------------------------------ compliance

    /// @inheritdoc IDepositToken
    function setTier(address account, uint8 tier) external restricted {
        _setTier(account, tier);
    }

    /// @inheritdoc IDepositToken
    function freeze(address account) external restricted {
        _setFrozen(account, true);
        emit AccountFrozen(account);
    }

    /// @inheritdoc IDepositToken
    function unfreeze(address account) external restricted {
        _setFrozen(account, false);
        emit AccountUnfrozen(account);
    }

    // ------------------------------------------------------------------ guardian and governor

    /// @inheritdoc IDepositToken
    function pause() external restricted {
        _setPaused(true);
        emit Paused(msg.sender);
    }

    /// @inheritdoc IDepositToken
    function unpause() external restricted {
        _setPaused(false);
        emit Unpaused(msg.sender);
    }

    /// @inheritdoc IDepositToken
    function setLimits(uint8 tier, uint256 perPayment, uint256 perDay, uint256 balance)
        external
        restricted
    {
        _setLimits(tier, perPayment, perDay, balance);
    }

    /// @inheritdoc IDepositToken
    function setContractURI(string calldata uri) external restricted {
        _setContractURI(uri);
    }

    // ------------------------------------------------------------------ seizure

    /// @inheritdoc IDepositToken
    function forcedTransfer(address from, address to, uint256 amount, bytes32 caseRef)
        external
        restricted
    {
        if (caseRef == 0) revert EmptyCaseReference();
        _seize(from, to, amount);
        emit AccountFrozen(from);
        emit ForcedTransfer(from, to, amount, caseRef);
    }

    function _setContractURI(string memory uri) internal {
        _contractURI = uri;
        emit ContractURIUpdated();
    }
}
