// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IssueEntry, RedeemOrder} from "../../../../contracts/interfaces/IDepositToken.sol";
import {ITeller} from "../../../../contracts/interfaces/ITeller.sol";
import {World} from "../World.sol";

/// The operator's issue, void and returnPayout: the bucket and the backing stand before each.
contract TellerIssueTest is World {
    uint256 private constant HEADROOM = BACKING - SUPPLY;

    function issue(address holder, uint256 amount) private {
        IssueEntry[] memory entries = entry(holder, amount);
        tellerBy(operator).issue(entries);
    }

    function isUntouched() private view {
        supplyIs(SUPPLY, SUPPLY);
        same("bucket", teller.bucketLevel(), CAPACITY);
        same("headroom", teller.headroom(), HEADROOM);
        so("the number is open", !token.depositNumberUsed(1_000));
    }

    // ------------------------------------------------------------------ issue

    function test_creditsAndTakesFromBothBounds() public {
        IssueEntry[] memory entries = new IssueEntry[](2);
        entries[0] = IssueEntry(7, REF, bob, 700);
        entries[1] = IssueEntry(8, REF, vip, 60);
        tells();
        emit Issued(7, bob, 700, REF);
        tells();
        emit IERC20.Transfer(address(0), vip, 60);
        tells();
        emit Issued(8, vip, 60, REF);
        tellerBy(operator).issue(entries);
        holds(bob, 1_700);
        holds(vip, 1_000_060);
        supplyIs(SUPPLY + 760, SUPPLY + 760);
        same("bucket", teller.bucketLevel(), CAPACITY - 760);
        same("headroom", teller.headroom(), HEADROOM - 760);
    }

    function test_aRefusedEntryTakesNothing() public {
        IssueEntry[] memory entries = new IssueEntry[](2);
        entries[0] = IssueEntry(7, REF, carol, ANY);
        entries[1] = IssueEntry(8, REF, bob, 5);
        tells();
        emit IssueRefused(7, carol, ANY, REF, SupplyLimitExceeded.selector);
        tellerBy(operator).issue(entries);
        so("used up", token.depositNumberUsed(7));
        same("bucket", teller.bucketLevel(), CAPACITY - 5);
        same("headroom", teller.headroom(), HEADROOM - 5);
    }

    function test_exactlyWhatTheBucketHolds() public {
        IssueEntry[] memory entries = entry(vip, CAPACITY + 1);
        refuses(ITeller.BucketExceeded.selector, CAPACITY + 1, CAPACITY);
        tellerBy(operator).issue(entries);
        isUntouched();
        issue(vip, CAPACITY);
        same("bucket", teller.bucketLevel(), 0);
        supplyIs(SUPPLY + CAPACITY, SUPPLY + CAPACITY);
        entries = entry(vip, 1);
        refuses(ITeller.BucketExceeded.selector, uint256(1), uint256(0));
        tellerBy(operator).issue(entries);
    }

    function test_exactlyWhatTheBackingCovers() public {
        tellerBy(governor).setBucket(10 * BACKING, 0);
        vm.warp(START + 1);
        tellerBy(attestor).attest(SUPPLY + 700, SUPPLY, SUPPLY, uint64(START), uint64(HEIGHT));
        tellerBy(governor).setBucket(10 * BACKING, BACKING);
        vm.warp(START + 11);
        IssueEntry[] memory entries = entry(vip, 701);
        refuses(ITeller.HeadroomExceeded.selector, uint256(701), uint256(700));
        tellerBy(operator).issue(entries);
        issue(vip, 700);
        same("headroom", teller.headroom(), 0);
        entries = entry(vip, 1);
        refuses(ITeller.HeadroomExceeded.selector, uint256(1), uint256(0));
        tellerBy(operator).issue(entries);
        tellerBy(operator).issue(new IssueEntry[](0));
    }

    /// More was minted past the Teller than is backed: the room is nothing, not less.
    function test_whenTheBackingIsShort() public {
        give(vip, HEADROOM + 5);
        same("headroom", teller.headroom(), 0);
        IssueEntry[] memory entries = entry(vip, 3);
        refuses(ITeller.HeadroomExceeded.selector, uint256(3), uint256(0));
        tellerBy(operator).issue(entries);
        // What credits nothing needs no backing.
        tellerBy(operator).issue(new IssueEntry[](0));
        tellerBy(operator).issue(entry(relay, 3));
    }

    function test_theBackingIsLookedAtBeforeTheBucket() public {
        IssueEntry[] memory entries = entry(vip, HEADROOM + 1);
        refuses(ITeller.HeadroomExceeded.selector, HEADROOM + 1, HEADROOM);
        tellerBy(operator).issue(entries);
        entries = entry(vip, HEADROOM);
        refuses(ITeller.BucketExceeded.selector, HEADROOM, CAPACITY);
        tellerBy(operator).issue(entries);
    }

    function test_burnsGiveNoRoom() public {
        RedeemOrder memory one = order(vip, 500_000, 0);
        by(relay).redeem(one, signed(VIP, hashOrder(one)));
        same("headroom", teller.headroom(), HEADROOM);
    }

    function test_exactlyAsOldAsAllowed() public {
        vm.warp(START - 1 + MAX_AGE);
        issue(vip, 1);
        vm.warp(START + MAX_AGE);
        IssueEntry[] memory entries = entry(vip, 1);
        refusesStale(START - 1, MAX_AGE);
        tellerBy(operator).issue(entries);
        refusesStale(START - 1, MAX_AGE);
        tellerBy(operator).issue(new IssueEntry[](0));
    }

    function refusesStale(uint256 asOf, uint256 maxAge) private {
        refuses(ITeller.BackingStale.selector, asOf, maxAge);
    }

    function test_nothingAttestedIsStaleForEver() public {
        teller = ITeller(
            vm.deployCode("Teller.sol:Teller", abi.encode(address(manager), address(token)))
        );
        bytes4[] memory selectors = new bytes4[](2);
        selectors[0] = ITeller.issue.selector;
        selectors[1] = ITeller.setMaxAge.selector;
        manager.setTargetFunctionRole(address(teller), selectors, OPERATOR);
        tellerBy(operator).setMaxAge(type(uint64).max);
        refusesStale(0, type(uint64).max);
        tellerBy(operator).issue(new IssueEntry[](0));
        same("headroom", teller.headroom(), 0);
    }

    function test_theTokensErrorsComeThrough() public {
        by(guardian).pause();
        IssueEntry[] memory entries = entry(bob, 1);
        refuses(TokenPaused.selector);
        tellerBy(operator).issue(entries);
    }

    // ------------------------------------------------------------------ void

    function test_voids() public {
        tells();
        emit NumberVoided(7);
        tellerBy(operator).voidNumber(7);
        so("used up", token.depositNumberUsed(7));
        so("no other", !token.depositNumberUsed(8));
        refuses(NumberUsed.selector, uint256(7));
        tellerBy(operator).voidNumber(7);
    }

    function test_voidsWithoutBacking() public {
        vm.warp(START + 10 * uint256(MAX_AGE));
        tellerBy(operator).voidNumber(7);
        so("used up", token.depositNumberUsed(7));
    }

    // ------------------------------------------------------------------ returnPayout

    function burn(uint256 amount, uint256 fee) private {
        RedeemOrder memory one = order(vip, amount, fee);
        by(relay).redeem(one, signed(VIP, hashOrder(one)));
    }

    function test_returnsPastTheBucket() public {
        burn(500_000, 7);
        tells();
        emit PayoutReturned(vip, NONCE, 499_993);
        tellerBy(operator).returnPayout(vip, NONCE);
        holds(vip, 999_993);
        supplyIs(SUPPLY - 7, SUPPLY + 499_993);
        same("bucket", teller.bucketLevel(), CAPACITY);
        same("headroom", teller.headroom(), HEADROOM - 499_993);
    }

    function test_returnsExactlyWhatTheBackingCovers() public {
        burn(500_000, 7);
        vm.warp(START + 1);
        tellerBy(attestor).attest(SUPPLY + 499_992, SUPPLY, SUPPLY, uint64(START), uint64(HEIGHT));
        refuses(ITeller.HeadroomExceeded.selector, uint256(499_993), uint256(499_992));
        tellerBy(operator).returnPayout(vip, NONCE);
        (uint8 state,) = token.getRedemption(vip, NONCE);
        same("still burned", state, 1);
        tellerBy(attestor)
            .attest(SUPPLY + 499_993, SUPPLY, SUPPLY, uint64(START + 1), uint64(HEIGHT));
        tellerBy(operator).returnPayout(vip, NONCE);
        same("headroom", teller.headroom(), 0);
    }

    function test_returnsNothingOnStaleBacking() public {
        burn(500_000, 7);
        vm.warp(START + MAX_AGE);
        refusesStale(START - 1, MAX_AGE);
        tellerBy(operator).returnPayout(vip, NONCE);
        vm.warp(START + MAX_AGE - 1);
        tellerBy(operator).returnPayout(vip, NONCE);
    }

    function test_returnsOnceAndOnlyWhatWasBurned() public {
        refuses(abi.encodeWithSelector(RedemptionNotReturnable.selector, vip, NONCE, 0));
        tellerBy(operator).returnPayout(vip, NONCE);
        burn(500_000, 7);
        tellerBy(operator).returnPayout(vip, NONCE);
        refuses(abi.encodeWithSelector(RedemptionNotReturnable.selector, vip, NONCE, 3));
        tellerBy(operator).returnPayout(vip, NONCE);
    }

    function test_returnsInEveryState() public {
        burn(500_000, 7);
        by(compliance).freeze(vip);
        by(compliance).setTier(vip, 0);
        by(guardian).pause();
        tellerBy(operator).returnPayout(vip, NONCE);
        stands(vip, 999_993, 500_000, 0, true);
    }
}
