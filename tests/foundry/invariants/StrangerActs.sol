// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {ControlActs} from "./ControlActs.sol";

/// Whoever tries what is not theirs: people, and holders of one role at another's functions. Nobody
/// gains a right.
abstract contract StrangerActs is ControlActs {
    function trespass(uint256 who_, uint256 which, uint256 role_) external {
        address who = _somebody(who_);
        which %= restrictions.length + 8;
        if (which >= restrictions.length) return _reach(who, which, role_);
        Restriction storage one = restrictions[which];
        if (who == holderOf(one.role)) who = person(who_);
        (, bytes memory answer) = act(who, one.target, one.call, false);
        bytes memory expected =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, who);
        so("by its authority", keccak256(answer) == keccak256(expected));
    }

    /// For the manager itself.
    function _reach(address who, uint256 which, uint256 role_) private {
        uint64 role = uint64(role_ % (ROLES + 2));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = token.issue.selector;
        bytes memory call = abi.encodePacked(selectors[0]);
        bytes[8] memory calls = [
            abi.encodeCall(manager.grantRole, (role, who, 0)),
            abi.encodeCall(manager.revokeRole, (role, holderOf(GUARDIAN))),
            abi.encodeCall(manager.setRoleAdmin, (role, role)),
            abi.encodeCall(manager.setTargetFunctionRole, (address(token), selectors, role)),
            abi.encodeCall(manager.setTargetClosed, (address(token), true)),
            abi.encodeCall(manager.updateAuthority, (address(token), who)),
            abi.encodeCall(manager.schedule, (address(teller), call, 0)),
            abi.encodeCall(manager.consumeScheduledOp, (who, call))
        ];
        act(who, address(manager), calls[which % calls.length], false);
    }

    function _somebody(uint256 who_) private view returns (address) {
        who_ %= PEOPLE + ROLES;
        return who_ < PEOPLE ? person(who_) : holderOf(uint64(who_ - PEOPLE + 1));
    }

    /// Every right is where it was at the start.
    function lookAtRights() internal view {
        for (uint256 i = 0; i < restrictions.length; ++i) {
            Restriction storage one = restrictions[i];
            uint64 role = manager.getTargetFunctionRole(one.target, bytes4(one.call));
            same("the function's role", role, one.role);
        }
        for (uint64 role = 0; role <= ROLES + 1; ++role) {
            same("the role's admin", manager.getRoleAdmin(role), 0);
            for (uint256 i = 0; i < PEOPLE + ROLES; ++i) {
                address who = _somebody(i);
                (bool has,) = IAccessManager(manager).hasRole(role, who);
                bool should = who == holderOf(role) && role != OFFICER && role != 0 && role < ROLES;
                so("who has the role", has == should);
            }
        }
    }
}
