// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IssueEntry} from "../../../../contracts/interfaces/IDepositToken.sol";
import {ITeller} from "../../../../contracts/interfaces/ITeller.sol";
import {World} from "../World.sol";

/// setBucket and what refills: the bound on the operator's key. The bucket starts full.
contract BucketTest is World {
    uint256 private constant LARGEST = type(uint72).max;
    uint256 private constant FASTEST = type(uint56).max;

    function take(uint256 amount) private {
        IssueEntry[] memory entries = entry(vip, amount);
        tellerBy(operator).issue(entries);
    }

    function refusesToTake(uint256 amount, uint256 level) private {
        IssueEntry[] memory entries = entry(vip, amount);
        refuses(ITeller.BucketExceeded.selector, amount, level);
        tellerBy(operator).issue(entries);
    }

    function levelIs(uint256 amount) private view {
        same("level", teller.bucketLevel(), amount);
    }

    function sizeIs(uint256 capacity, uint256 refill) private view {
        (uint256 capacity_, uint256 refill_) = teller.bucket();
        same("capacity", capacity_, capacity);
        same("refill", refill_, refill);
    }

    // ------------------------------------------------------------------ time refills it

    function test_refillsBySecondsUpToItsSize() public {
        take(1_005);
        levelIs(98_995);
        vm.warp(START + 1);
        levelIs(99_005);
        vm.warp(START + 7);
        levelIs(99_065);
        vm.warp(START + 100);
        levelIs(99_995);
        vm.warp(START + 101);
        levelIs(100_000);
        vm.warp(START + 3_000);
        levelIs(100_000);
    }

    function test_whatWasRefilledCanBeTakenAndNoMore() public {
        take(100_000);
        refusesToTake(1, 0);
        vm.warp(START + 7);
        refusesToTake(71, 70);
        take(70);
        levelIs(0);
        vm.warp(START + 8);
        take(4);
        levelIs(6);
        vm.warp(START + 9);
        levelIs(16);
        refusesToTake(17, 16);
        take(16);
    }

    function test_withoutARefillItRunsDryForEver() public {
        tellerBy(governor).setBucket(CAPACITY, 0);
        take(100_000);
        vm.warp(START + 3_000);
        levelIs(0);
        refusesToTake(1, 0);
    }

    function test_aLongTimeAtTheFastestRefill() public {
        tellerBy(governor).setBucket(LARGEST, FASTEST);
        vm.warp(START + 365 days);
        levelIs(LARGEST);
    }

    // ------------------------------------------------------------------ setBucket

    function test_setsItsSizeAndSaysSo() public {
        sizeIs(CAPACITY, REFILL);
        tellerTells();
        emit ITeller.BucketSet(50_000, 3);
        tellerBy(governor).setBucket(50_000, 3);
        sizeIs(50_000, 3);
        levelIs(50_000);
    }

    function test_whatWasTakenStaysTaken() public {
        take(30_000);
        tellerBy(governor).setBucket(50_000, 3);
        levelIs(20_000);
        vm.warp(START + 4);
        levelIs(20_012);
        tellerBy(governor).setBucket(200_000, 0);
        levelIs(170_012);
        tellerBy(governor).setBucket(29_989, 0);
        levelIs(1);
        tellerBy(governor).setBucket(29_987, 0);
        levelIs(0);
    }

    function test_neverBelowZero() public {
        take(30_000);
        tellerBy(governor).setBucket(30_000, 3);
        levelIs(0);
        tellerBy(governor).setBucket(10, 3);
        levelIs(0);
        vm.warp(START + 9_996);
        levelIs(0);
        vm.warp(START + 9_999);
        levelIs(7);
        vm.warp(START + 20_000);
        levelIs(10);
    }

    function test_closingAndReopeningRefillsNothing() public {
        take(30_000);
        tellerBy(governor).setBucket(0, 0);
        levelIs(0);
        vm.warp(START + 1_000);
        tellerBy(governor).setBucket(CAPACITY, 10);
        levelIs(CAPACITY - 30_000);
        vm.warp(START + 1_001);
        levelIs(CAPACITY - 29_990);
    }

    function test_theRefillUntilTheChangeIsAtTheOldRate() public {
        take(30_000);
        vm.warp(START + 100);
        tellerBy(governor).setBucket(CAPACITY, 1);
        levelIs(71_000);
        vm.warp(START + 101);
        levelIs(71_001);
    }

    function test_zeroIsClosed() public {
        tellerBy(governor).setBucket(0, 1_000_000);
        sizeIs(0, 1_000_000);
        levelIs(0);
        refusesToTake(1, 0);
        vm.warp(START + 3_000);
        levelIs(0);
        refusesToTake(1, 0);
        tellerBy(operator).issue(new IssueEntry[](0));
    }

    function test_theFieldsTop() public {
        tellerBy(governor).setBucket(LARGEST, FASTEST);
        sizeIs(LARGEST, FASTEST);
        levelIs(LARGEST);
        bytes4 tooLarge = SafeCast.SafeCastOverflowedUintDowncast.selector;
        refuses(abi.encodeWithSelector(tooLarge, 72, LARGEST + 1));
        tellerBy(governor).setBucket(LARGEST + 1, 0);
        refuses(abi.encodeWithSelector(tooLarge, 56, FASTEST + 1));
        tellerBy(governor).setBucket(0, FASTEST + 1);
        sizeIs(LARGEST, FASTEST);
    }

    function test_aNewTellersBucketIsClosed() public {
        teller = ITeller(
            vm.deployCode("Teller.sol:Teller", abi.encode(address(manager), address(token)))
        );
        sizeIs(0, 0);
        levelIs(0);
    }
}
