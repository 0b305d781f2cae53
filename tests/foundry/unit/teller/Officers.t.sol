// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IssueEntry} from "../../../../contracts/interfaces/IDepositToken.sol";
import {Approval, ITeller} from "../../../../contracts/interfaces/ITeller.sol";
import {Answering, Wallet} from "../Signers.sol";
import {World} from "../World.sol";

/// issueApproved and setApprovalsNeeded: k of n officers let the operator past the bucket.
contract OfficersTest is World {
    uint256 private constant HEADROOM = BACKING - SUPPLY;
    /// Keys of four officers, by rising address.
    uint256[4] private _keys;

    function setUp() public override {
        super.setUp();
        uint256[4] memory keys = [uint256(0xf1), 0xf2, 0xf3, 0xf4];
        for (uint256 i = 0; i < 4; ++i) {
            for (uint256 j = i + 1; j < 4; ++j) {
                if (vm.addr(keys[j]) < vm.addr(keys[i])) (keys[i], keys[j]) = (keys[j], keys[i]);
            }
        }
        _keys = keys;
        for (uint256 i = 0; i < 4; ++i) {
            manager.grantRole(OFFICER, officer(i), 0);
        }
        tellerBy(governor).setApprovalsNeeded(2);
    }

    function officer(uint256 i) private view returns (address) {
        return vm.addr(_keys[i]);
    }

    function digest(IssueEntry[] memory entries, uint256 deadline) private view returns (bytes32) {
        return digestOf(tellerDomain(), hashApproval(entries, deadline));
    }

    function approval(uint256 i, IssueEntry[] memory entries, uint256 deadline)
        private
        view
        returns (Approval memory)
    {
        bytes memory signature = sign(_keys[i], tellerDomain(), hashApproval(entries, deadline));
        return Approval(officer(i), signature);
    }

    /// Good until START, by the officers from the first to the one before `end`.
    function approvals(IssueEntry[] memory entries, uint256 first, uint256 end)
        private
        view
        returns (Approval[] memory given)
    {
        given = new Approval[](end - first);
        for (uint256 i = first; i < end; ++i) {
            given[i - first] = approval(i, entries, START);
        }
    }

    function issue(IssueEntry[] memory entries, Approval[] memory given) private {
        tellerBy(operator).issueApproved(entries, START, given);
    }

    // ------------------------------------------------------------------ past the bucket

    function test_issuesPastTheBucketAndSaysSo() public {
        IssueEntry[] memory entries = entry(vip, CAPACITY + 1);
        Approval[] memory given = approvals(entries, 0, 2);
        address[] memory names = new address[](2);
        (names[0], names[1]) = (officer(0), officer(1));
        bytes32 hash = digest(entries, START);
        tellerTells();
        emit ITeller.IssueApproved(hash, names);
        tells();
        emit Issued(entries[0].number, vip, CAPACITY + 1, REF);
        issue(entries, given);
        holds(vip, 1_000_000 + CAPACITY + 1);
        supplyIs(SUPPLY + CAPACITY + 1, SUPPLY + CAPACITY + 1);
        same("the bucket is left alone", teller.bucketLevel(), CAPACITY);
        same("headroom", teller.headroom(), HEADROOM - CAPACITY - 1);
    }

    function test_aBatchOfMany() public {
        IssueEntry[] memory entries = new IssueEntry[](3);
        entries[0] = IssueEntry(7, REF, bob, 5);
        entries[1] = IssueEntry(8, 0, vip, 60);
        entries[2] = IssueEntry(9, REF, carol, 700);
        issue(entries, approvals(entries, 0, 2));
        holds(bob, 1_005);
        holds(vip, 1_000_060);
        holds(carol, 0);
        same("headroom", teller.headroom(), HEADROOM - 65);
    }

    function test_neverPastTheHeadroom() public {
        IssueEntry[] memory entries = entry(vip, HEADROOM + 1);
        Approval[] memory given = approvals(entries, 0, 2);
        refuses(ITeller.HeadroomExceeded.selector, HEADROOM + 1, HEADROOM);
        issue(entries, given);
        entries = entry(vip, HEADROOM);
        issue(entries, approvals(entries, 0, 2));
        same("headroom", teller.headroom(), 0);
    }

    function test_notOnStaleBacking() public {
        IssueEntry[] memory entries = entry(vip, 1);
        Approval[] memory given = new Approval[](2);
        given[0] = approval(0, entries, ANY);
        given[1] = approval(1, entries, ANY);
        vm.warp(START + MAX_AGE);
        refuses(ITeller.BackingStale.selector, START - 1, uint256(MAX_AGE));
        tellerBy(operator).issueApproved(entries, ANY, given);
        vm.warp(START + MAX_AGE - 1);
        tellerBy(operator).issueApproved(entries, ANY, given);
        holds(vip, 1_000_001);
    }

    function test_anApprovalIsGoodOnce() public {
        IssueEntry[] memory entries = entry(vip, 500);
        issue(entries, approvals(entries, 0, 2));
        tells();
        emit IssueRefused(entries[0].number, vip, 500, REF, NumberUsed.selector);
        issue(entries, approvals(entries, 0, 2));
        holds(vip, 1_000_500);
    }

    function test_theTokensErrorsComeThrough() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        by(guardian).pause();
        refuses(TokenPaused.selector);
        issue(entries, given);
    }

    // ------------------------------------------------------------------ how many, until when

    function test_exactlyAtTheDeadline() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        vm.warp(START + 1);
        refuses(ITeller.ApprovalExpired.selector, START);
        issue(entries, given);
        vm.warp(START);
        issue(entries, given);
        holds(vip, 1_000_500);
    }

    function test_asManyAsAreNeeded() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 1);
        refuses(ITeller.TooFewApprovals.selector, uint256(1), uint256(2));
        issue(entries, given);
        refuses(ITeller.TooFewApprovals.selector, uint256(0), uint256(2));
        issue(entries, new Approval[](0));
        issue(entries, approvals(entries, 2, 4));
        holds(vip, 1_000_500);
    }

    function test_more() public {
        IssueEntry[] memory entries = entry(vip, 500);
        address[] memory names = new address[](4);
        for (uint256 i = 0; i < 4; ++i) {
            names[i] = officer(i);
        }
        Approval[] memory given = approvals(entries, 0, 4);
        bytes32 hash = digest(entries, START);
        tellerTells();
        emit ITeller.IssueApproved(hash, names);
        issue(entries, given);
    }

    function test_oneTooMany() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 3);
        given[2].signature = "";
        refuses(ITeller.InvalidApproval.selector, officer(2));
        issue(entries, given); // all of them must be good
    }

    function test_setsHowManyAndSaysSo() public {
        same("needed", teller.approvalsNeeded(), 2);
        tellerTells();
        emit ITeller.ApprovalsNeededSet(3);
        tellerBy(governor).setApprovalsNeeded(3);
        same("needed", teller.approvalsNeeded(), 3);
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        refuses(ITeller.TooFewApprovals.selector, uint256(2), uint256(3));
        issue(entries, given);
        issue(entries, approvals(entries, 0, 3));
        tellerBy(governor).setApprovalsNeeded(255);
        same("needed", teller.approvalsNeeded(), 255);
    }

    function test_zeroIsClosed() public {
        tellerBy(governor).setApprovalsNeeded(0);
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 4);
        refuses(ITeller.ApprovalsClosed.selector);
        issue(entries, given);
        refuses(ITeller.ApprovalsClosed.selector);
        issue(entries, new Approval[](0));
    }

    function test_closedUntilTheGovernorOpensIt() public {
        ITeller fresh = ITeller(
            vm.deployCode("Teller.sol:Teller", abi.encode(address(manager), address(token)))
        );
        same("needed", fresh.approvalsNeeded(), 0);
    }

    // ------------------------------------------------------------------ who

    function test_byRisingAddress() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        (given[0], given[1]) = (given[1], given[0]);
        refuses(ITeller.OfficersNotRising.selector, officer(0));
        issue(entries, given);
    }

    function test_nobodyCountsTwice() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        given[1] = given[0];
        refuses(ITeller.OfficersNotRising.selector, officer(0));
        issue(entries, given);
    }

    function test_nobodyIsNoOfficer() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        given[0].officer = address(0);
        refuses(ITeller.OfficersNotRising.selector, address(0));
        issue(entries, given);
    }

    function test_onlyOfficers() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        manager.revokeRole(OFFICER, officer(1));
        refuses(ITeller.NotOfficer.selector, officer(1));
        issue(entries, given);
        manager.grantRole(GOVERNOR, officer(1), 0);
        refuses(ITeller.NotOfficer.selector, officer(1));
        issue(entries, given);
    }

    function test_noOfficerWhoMustWait() public {
        manager.revokeRole(OFFICER, officer(1));
        manager.grantRole(OFFICER, officer(1), 1);
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        refuses(ITeller.NotOfficer.selector, officer(1));
        issue(entries, given);
    }

    // ------------------------------------------------------------------ what was signed

    function test_anotherBatch() public {
        IssueEntry[] memory entries = new IssueEntry[](2);
        entries[0] = IssueEntry(7, REF, bob, 5);
        entries[1] = IssueEntry(8, REF, vip, 60);
        Approval[] memory given = approvals(entries, 0, 2);
        entries[1].amount = 61;
        isNotApproved(entries, given);
        (entries[1].amount, entries[1].holder) = (60, bob);
        isNotApproved(entries, given);
        (entries[1].holder, entries[1].ref) = (vip, 0);
        isNotApproved(entries, given);
        (entries[1].ref, entries[1].number) = (REF, 9);
        isNotApproved(entries, given);
        entries[1].number = 8;
        entries[0].amount = 6;
        isNotApproved(entries, given);
        entries[0].amount = 5;
        (entries[0], entries[1]) = (entries[1], entries[0]);
        isNotApproved(entries, given);
        (entries[0], entries[1]) = (entries[1], entries[0]);
        IssueEntry[] memory fewer = new IssueEntry[](1);
        fewer[0] = entries[0];
        isNotApproved(fewer, given);
        isNotApproved(new IssueEntry[](0), given);
        issue(entries, given);
        holds(vip, 1_000_060);
    }

    function isNotApproved(IssueEntry[] memory entries, Approval[] memory given) private {
        refuses(ITeller.InvalidApproval.selector, given[0].officer);
        issue(entries, given);
    }

    function test_anotherDeadline() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        refuses(ITeller.InvalidApproval.selector, officer(0));
        tellerBy(operator).issueApproved(entries, START + 1, given);
    }

    function test_anotherSigner() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        given[1].signature = given[0].signature;
        refuses(ITeller.InvalidApproval.selector, officer(1));
        issue(entries, given);
        given[1] = approval(1, entries, START);
        given[1].signature = malleated(given[1].signature);
        refuses(ITeller.InvalidApproval.selector, officer(1));
        issue(entries, given);
    }

    function test_onlyInTheTellersDomain() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        given[1].signature = sign(_keys[1], domain(), hashApproval(entries, START));
        refuses(ITeller.InvalidApproval.selector, officer(1));
        issue(entries, given);
    }

    function test_onlyOnThisSideOfAFork() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory given = approvals(entries, 0, 2);
        vm.chainId(1_337);
        refuses(ITeller.InvalidApproval.selector, officer(0));
        issue(entries, given);
    }

    function test_anOfficerMayBeAContract() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Wallet wallet = new Wallet(digest(entries, START), "any length", 0);
        vm.etch(officer(1), address(wallet).code);
        Approval[] memory given = approvals(entries, 0, 2);
        given[1].signature = "any length";
        issue(entries, given);
        holds(vip, 1_000_500);
    }

    function test_aContractThatSaysNo() public {
        IssueEntry[] memory entries = entry(vip, 500);
        vm.etch(officer(1), address(new Answering("", false)).code);
        Approval[] memory given = approvals(entries, 0, 2);
        issue(entries, given); // its ordinary signature is good all the same
        given[1].signature = "any length";
        refuses(ITeller.InvalidApproval.selector, officer(1));
        issue(entries, given);
    }

    // ------------------------------------------------------------------ which reason comes first

    function test_backingThenDeadlineThenClosedThenHowMany() public {
        IssueEntry[] memory entries = entry(vip, 500);
        Approval[] memory none = new Approval[](0);
        tellerBy(governor).setApprovalsNeeded(0);
        tellerBy(governor).setMaxAge(0);
        refuses(ITeller.BackingStale.selector, START - 1, uint256(0));
        tellerBy(operator).issueApproved(entries, START - 1, none);
        tellerBy(governor).setMaxAge(MAX_AGE);
        refuses(ITeller.ApprovalExpired.selector, START - 1);
        tellerBy(operator).issueApproved(entries, START - 1, none);
        refuses(ITeller.ApprovalsClosed.selector);
        issue(entries, none);
    }
}
