// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AuthorityUtils} from "@openzeppelin/contracts/access/manager/AuthorityUtils.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IRestricted} from "../interfaces/IRestricted.sol";

/// @title Functions that only named roles may call
/// @notice Contracts: as OpenZeppelin's AccessManaged, whose questions and errors these are, but the
/// authority is fixed for ever: nobody can put another in its place and so escape every delay at once.
abstract contract Restricted is IRestricted {
    /// @inheritdoc IRestricted
    address public immutable authority;

    bool private _consumingSchedule;

    constructor(address authority_) {
        authority = authority_;
    }

    /// @dev For external functions alone: it asks about the function by which the call came in.
    modifier restricted() {
        _requireAllowed();
        _;
    }

    /// @inheritdoc IRestricted
    function isConsumingScheduledOp() external view returns (bytes4) {
        return _consumingSchedule ? IRestricted.isConsumingScheduledOp.selector : bytes4(0);
    }

    /// @dev A caller with a delay must have scheduled exactly this call; its schedule is used up.
    function _requireAllowed() private {
        (bool immediate, uint32 delay) =
            AuthorityUtils.canCallWithDelay(authority, msg.sender, address(this), msg.sig);
        if (immediate) return;
        if (delay == 0) revert IAccessManaged.AccessManagedUnauthorized(msg.sender);
        _consumingSchedule = true;
        IAccessManager(authority).consumeScheduledOp(msg.sender, msg.data);
        _consumingSchedule = false;
    }
}
