// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IDepositToken, IssueEntry} from "../../../contracts/interfaces/IDepositToken.sol";
import {IRestricted} from "../../../contracts/interfaces/IRestricted.sol";
import {Approval, ITeller} from "../../../contracts/interfaces/ITeller.sol";
import {World} from "./World.sol";

/// Says nobody may at once and everybody may after a delay; notes what it is asked to use up.
contract SlowAuthority {
    address public caller;
    bytes public data;
    bytes4 public said;

    function canCall(address, address, bytes4) external pure returns (bool, uint32) {
        return (false, 1);
    }

    function consumeScheduledOp(address caller_, bytes calldata data_) external {
        (caller, data) = (caller_, data_);
        said = IRestricted(msg.sender).isConsumingScheduledOp();
    }
}

/// Every restricted function refuses whoever does not hold its role; who must wait, waits.
contract AccessTest is World {
    function refusesStranger() private {
        refuses(IAccessManaged.AccessManagedUnauthorized.selector, relay);
    }

    function test_theTokensRestrictedFunctions() public {
        refusesStranger();
        by(relay).issue(new IssueEntry[](0));
        refusesStranger();
        by(relay).voidNumber(7);
        refusesStranger();
        by(relay).returnPayout(alice, NONCE);
        refusesStranger();
        by(relay).setTier(alice, 5);
        refusesStranger();
        by(relay).freeze(alice);
        refusesStranger();
        by(relay).unfreeze(alice);
        refusesStranger();
        by(relay).forcedTransfer(alice, bob, 1, CASE);
        refusesStranger();
        by(relay).pause();
        refusesStranger();
        by(relay).unpause();
        refusesStranger();
        by(relay).setLimits(1, 1, 1, 1);
        refusesStranger();
        by(relay).setContractURI("");
    }

    function test_theTellersRestrictedFunctions() public {
        refusesStranger();
        tellerBy(relay).issue(new IssueEntry[](0));
        refusesStranger();
        tellerBy(relay).issueApproved(new IssueEntry[](0), ANY, new Approval[](0));
        refusesStranger();
        tellerBy(relay).voidNumber(7);
        refusesStranger();
        tellerBy(relay).returnPayout(alice, NONCE);
        refusesStranger();
        tellerBy(relay).attest(1, 0, 0, uint64(START), 0);
        refusesStranger();
        tellerBy(relay).setBucket(1, 1);
        refusesStranger();
        tellerBy(relay).setMaxAge(1);
        refusesStranger();
        tellerBy(relay).setApprovalsNeeded(1);
    }

    /// The Teller's own role on the token does not open the Teller's functions, nor the other way.
    function test_aRoleIsForItsOwnContract() public {
        refuses(IAccessManaged.AccessManagedUnauthorized.selector, operator);
        by(operator).issue(entry(bob, 1));
        refuses(IAccessManaged.AccessManagedUnauthorized.selector, issuer);
        tellerBy(issuer).issue(new IssueEntry[](0));
    }

    // ------------------------------------------------------------------ who must wait

    function slowGovernor() private returns (address who) {
        who = address(0x510);
        manager.grantRole(GOVERNOR, who, 2 days);
    }

    function schedule(address who, address target, bytes memory data) private {
        vm.prank(who);
        manager.schedule(target, data, uint48(START + 2 days));
    }

    function test_whoMustWaitSchedulesExactlyThisCall() public {
        address slow = slowGovernor();
        bytes memory data = abi.encodeCall(IDepositToken.setLimits, (1, 7, 8, 9));
        bytes32 id = manager.hashOperation(slow, address(token), data);
        refuses(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        by(slow).setLimits(1, 7, 8, 9);
        schedule(slow, address(token), data);
        refuses(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, id));
        by(slow).setLimits(1, 7, 8, 9);
        vm.warp(START + 2 days);
        bytes32 other = manager.hashOperation(
            slow, address(token), abi.encodeCall(IDepositToken.setLimits, (1, 7, 8, 10))
        );
        refuses(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, other));
        by(slow).setLimits(1, 7, 8, 10);
        by(slow).setLimits(1, 7, 8, 9);
        (uint256 perPayment,,) = token.getLimits(1);
        same("in force", perPayment, 7);
        refuses(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        by(slow).setLimits(1, 7, 8, 9); // the schedule is used up
    }

    function test_theTellersScheduleIsUsedUpToo() public {
        address slow = slowGovernor();
        bytes memory data = abi.encodeCall(ITeller.setMaxAge, (7));
        schedule(slow, address(teller), data);
        vm.warp(START + 2 days);
        tellerBy(slow).setMaxAge(7);
        same("in force", teller.maxAge(), 7);
        bytes32 id = manager.hashOperation(slow, address(teller), data);
        refuses(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        tellerBy(slow).setMaxAge(7);
    }

    /// Only while a schedule is being used up does a contract say so.
    function test_saysSoWhileItUsesAScheduleUp() public {
        SlowAuthority slow = new SlowAuthority();
        bytes memory arguments =
            abi.encode(address(slow), "x", "x", "x", uint8(2), int32(0), DESCRIPTION);
        address one = vm.deployCode("DepositToken.sol:DepositToken", arguments);
        same("before", uint32(IRestricted(one).isConsumingScheduledOp()), 0);
        vm.prank(relay);
        IDepositToken(one).freeze(alice);
        so("the caller", slow.caller() == relay);
        bytes memory data = abi.encodeCall(IDepositToken.freeze, (alice));
        so("the call", keccak256(slow.data()) == keccak256(data));
        same("meanwhile", uint32(slow.said()), uint32(IRestricted.isConsumingScheduledOp.selector));
        same("afterwards", uint32(IRestricted(one).isConsumingScheduledOp()), 0);
        (,,, bool frozen) = IDepositToken(one).getAccount(alice);
        so("done", frozen);
    }

    // ------------------------------------------------------------------ nobody gains rights

    function test_theAuthorityIsFixedForEver() public {
        (bool done,) = address(token).call(abi.encodeWithSignature("setAuthority(address)", relay));
        so("there is no such function", !done);
        vm.prank(address(manager));
        (done,) = address(token).call(abi.encodeWithSignature("setAuthority(address)", relay));
        so("not for the manager either", !done);
        vm.prank(address(manager));
        (done,) = address(teller).call(abi.encodeWithSignature("setAuthority(address)", relay));
        so("nor at the Teller", !done);
    }

    /// There is no proxy and so nothing to initialise a second time.
    function test_nothingIsLeftToInitialise() public {
        string[3] memory names =
            ["initialize()", "initialize(address)", "upgradeToAndCall(address,bytes)"];
        for (uint256 i = 0; i < names.length; ++i) {
            (bool done,) = address(token).call(abi.encodeWithSignature(names[i], relay, ""));
            so(names[i], !done);
            (done,) = address(teller).call(abi.encodeWithSignature(names[i], relay, ""));
            so(names[i], !done);
        }
    }

    function test_nativeCoinIsNotTaken() public {
        vm.deal(relay, 1 ether);
        vm.prank(relay);
        (bool done,) = address(token).call{value: 1}("");
        so("the token", !done);
        vm.prank(relay);
        (done,) = address(teller).call{value: 1}("");
        so("the Teller", !done);
    }
}
