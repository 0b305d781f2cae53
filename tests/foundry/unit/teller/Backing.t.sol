// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Attestation, ITeller} from "../../../../contracts/interfaces/ITeller.sol";
import {World} from "../World.sol";

/// attest, setMaxAge and headroom: what can be said about the backing, and what follows.
contract BackingTest is World {
    uint64 private constant NOW = uint64(START);
    uint64 private constant BLOCK = uint64(HEIGHT);
    uint256 private constant TOP = type(uint128).max;

    function attest(uint256 backing, uint256 supply, uint256 minted, uint64 asOf) private {
        tellerBy(attestor).attest(backing, supply, minted, asOf, BLOCK);
    }

    function isSaid(
        uint256 backing,
        uint256 supply,
        uint256 minted,
        uint64 asOf,
        uint64 blockNumber
    ) private view {
        Attestation memory said = teller.attestation();
        same("backing", said.backing, backing);
        same("supply", said.supply, supply);
        same("minted", said.minted, minted);
        same("as of", said.asOf, asOf);
        same("block", said.blockNumber, blockNumber);
    }

    function test_keepsWhatWasSaidAndSaysSo() public {
        isSaid(BACKING, 0, 0, NOW - 1, BLOCK);
        tellerTells();
        emit ITeller.Attested(1_006_500, 900_000, 1_000_000, NOW, 7);
        tellerBy(attestor).attest(1_006_500, 900_000, 1_000_000, NOW, 7);
        isSaid(1_006_500, 900_000, 1_000_000, NOW, 7);
        // The ceiling is 1,000,000 + 106,500; 1,005,500 of it is used.
        same("headroom", teller.headroom(), 101_000);
        same("max age", teller.maxAge(), MAX_AGE);
    }

    function test_exactlyBackedIsNoRoom() public {
        attest(900_000, 900_000, SUPPLY, NOW);
        same("headroom", teller.headroom(), 0);
        vm.warp(START + 1);
        attest(900_001, 900_000, SUPPLY, NOW + 1);
        same("headroom", teller.headroom(), 1);
    }

    function test_shortBackingIsNoRoom() public {
        attest(1, 900_000, SUPPLY, NOW);
        same("headroom", teller.headroom(), 0);
        isSaid(1, 900_000, SUPPLY, NOW, BLOCK);
    }

    /// Short backing at a block before the latest mints: the ceiling lies below what was minted.
    function test_shortBackingOfAnEarlierBlock() public {
        attest(1, 900_000, 900_000, NOW);
        same("headroom", teller.headroom(), 0);
    }

    // ------------------------------------------------------------------ times and blocks

    function test_notOfTheFuture() public {
        refusesFuture(NOW + 1, BLOCK);
        refusesFuture(NOW, BLOCK + 1);
        refusesFuture(NOW + 1, BLOCK + 1);
        refusesFuture(type(uint64).max, type(uint64).max);
        tellerBy(attestor).attest(1, 0, 0, NOW, BLOCK);
        isSaid(1, 0, 0, NOW, BLOCK);
    }

    function refusesFuture(uint64 asOf, uint64 blockNumber) private {
        refuses(ITeller.AttestationFromFuture.selector, asOf, uint256(blockNumber));
        tellerBy(attestor).attest(1, 0, 0, asOf, blockNumber);
    }

    function test_strictlyNewer() public {
        refuses(ITeller.AttestationNotNewer.selector, uint256(NOW - 1), uint256(NOW - 1));
        attest(1, 0, 0, NOW - 1);
        refuses(ITeller.AttestationNotNewer.selector, uint256(NOW - 2), uint256(NOW - 1));
        attest(1, 0, 0, NOW - 2);
        refuses(ITeller.AttestationNotNewer.selector, uint256(0), uint256(NOW - 1));
        attest(1, 0, 0, 0);
        attest(1, 0, 0, NOW);
        isSaid(1, 0, 0, NOW, BLOCK);
    }

    function test_anEarlierBlockIsNoMistake() public {
        tellerBy(attestor).attest(1, 0, 0, NOW, 0);
        isSaid(1, 0, 0, NOW, 0);
    }

    // ------------------------------------------------------------------ sums

    function test_noMoreSupplyThanMintedNorThanTheTokenCounts() public {
        bytes4 inconsistent = ITeller.AttestationInconsistent.selector;
        refuses(abi.encodeWithSelector(inconsistent, 6, 5, SUPPLY));
        attest(1, 6, 5, NOW);
        refuses(abi.encodeWithSelector(inconsistent, SUPPLY, SUPPLY + 1, SUPPLY));
        attest(1, SUPPLY, SUPPLY + 1, NOW);
        refuses(abi.encodeWithSelector(inconsistent, ANY, ANY, SUPPLY));
        attest(1, ANY, ANY, NOW);
        attest(1, 5, 5, NOW);
        vm.warp(START + 1);
        attest(1, SUPPLY, SUPPLY, NOW + 1);
        isSaid(1, SUPPLY, SUPPLY, NOW + 1, BLOCK);
    }

    function test_theFieldsTop() public {
        attest(TOP - 5, 5, 5, NOW);
        isSaid(TOP - 5, 5, 5, NOW, BLOCK);
        same("headroom", teller.headroom(), TOP - 5 - SUPPLY);
        vm.warp(START + 1);
        attest(TOP, 5, 5, NOW + 1);
        isSaid(TOP, 5, 5, NOW + 1, BLOCK);
        same("headroom", teller.headroom(), TOP - SUPPLY);
        same("max age", teller.maxAge(), MAX_AGE);
    }

    function test_aboveTheFieldsTop() public {
        bytes4 tooLarge = SafeCast.SafeCastOverflowedUintDowncast.selector;
        refuses(abi.encodeWithSelector(tooLarge, 128, TOP + 1));
        attest(TOP + 1, 5, 5, NOW);
        refuses(abi.encodeWithSelector(tooLarge, 128, TOP + 1));
        attest(TOP, 4, 5, NOW);
        refuses(abi.encodeWithSignature("Panic(uint256)", 0x11));
        attest(ANY, 0, 5, NOW);
    }

    // ------------------------------------------------------------------ age

    function test_setsTheAgeAndSaysSo() public {
        same("max age", teller.maxAge(), MAX_AGE);
        tellerTells();
        emit ITeller.MaxAgeSet(77);
        tellerBy(governor).setMaxAge(77);
        same("max age", teller.maxAge(), 77);
        isSaid(BACKING, 0, 0, NOW - 1, BLOCK);
        same("headroom", teller.headroom(), BACKING - SUPPLY);
        tellerBy(governor).setMaxAge(type(uint64).max);
        same("max age", teller.maxAge(), type(uint64).max);
        same("headroom", teller.headroom(), BACKING - SUPPLY);
    }

    function test_staleBackingIsNoRoom() public {
        vm.warp(START - 1 + MAX_AGE);
        same("headroom", teller.headroom(), BACKING - SUPPLY);
        vm.warp(START + MAX_AGE);
        same("headroom", teller.headroom(), 0);
        tellerBy(governor).setMaxAge(MAX_AGE + 1);
        same("headroom", teller.headroom(), BACKING - SUPPLY);
    }

    function test_zeroClosesASecondAfterEachAttestedTime() public {
        attest(BACKING, 0, 0, NOW);
        tellerBy(governor).setMaxAge(0);
        same("headroom", teller.headroom(), BACKING - SUPPLY);
        vm.warp(START + 1);
        same("headroom", teller.headroom(), 0);
    }

    function test_nothingWasSaidYet() public {
        teller = ITeller(
            vm.deployCode("Teller.sol:Teller", abi.encode(address(manager), address(token)))
        );
        isSaid(0, 0, 0, 0, 0);
        same("max age", teller.maxAge(), 0);
        same("headroom", teller.headroom(), 0);
    }
}
