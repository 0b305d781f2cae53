// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IDepositToken, IssueEntry} from "../../../contracts/interfaces/IDepositToken.sol";
import {Approval, ITeller} from "../../../contracts/interfaces/ITeller.sol";
import {KeyWallet} from "../KeyWallet.sol";
import {Signing} from "../Signing.sol";
import {Model} from "./Model.sol";

/// How large the sums are. Vast: up to the top of every field; else: where small limits meet.
struct Scale {
    bool vast;
    int32 offset;
}

/// The contracts with people and role holders, and the one way in which an act is done: beside the
/// model, which says before whether it must succeed. Both outcomes are counted.
abstract contract Stage is Signing, Model {
    uint256 internal constant PEOPLE = 6;
    uint256 internal constant ROLES = 8;
    uint64 internal constant OPERATOR = 1;
    uint64 internal constant ATTESTOR = 2;
    uint64 internal constant OFFICER = 3;
    uint64 internal constant COMPLIANCE = 4;
    uint64 internal constant SEIZURE = 5;
    uint64 internal constant GUARDIAN = 6;
    uint64 internal constant GOVERNOR = 7;
    uint64 internal constant ISSUER = 8;

    IAccessManager internal immutable manager;
    IDepositToken internal immutable token;
    ITeller internal immutable teller;
    bytes32 internal immutable domain;
    bytes32 internal immutable tellerDomain;
    bool internal immutable vast;

    /// The last of them is a contract with a key (ERC-1271).
    address[PEOPLE] internal people;
    mapping(address person => uint256) internal keyFor;
    /// By rising address.
    uint256[3] internal officerKeys;
    address[3] internal officers;
    uint256 internal nextNonce = 1;

    /// Calls of the contracts that were made to do something, and those among them that failed.
    uint256 public acts;
    uint256 public refused;

    /// A restricted function, called as its role would call it.
    struct Restriction {
        address target;
        bytes call;
        uint64 role;
    }

    Restriction[] internal restrictions;

    constructor(Scale memory scale) {
        clock = 1_800_000_000;
        vm.warp(clock);
        vast = scale.vast;
        offset = uint256(int256(scale.offset) + 1 days); // a whole day more keeps it positive
        manager = IAccessManager(
            vm.deployCode("AccessManager.sol:AccessManager", abi.encode(address(this)))
        );
        bytes memory arguments =
            abi.encode(address(manager), "Jiaozi Euro", "EURJ", "EUR", uint8(2), scale.offset, "");
        token = IDepositToken(vm.deployCode("DepositToken.sol:DepositToken", arguments));
        teller = ITeller(
            vm.deployCode("Teller.sol:Teller", abi.encode(address(manager), address(token)))
        );
        domain = domainOf("Jiaozi Euro", block.chainid, address(token));
        tellerDomain = domainOf("Jiaozi Teller", block.chainid, address(teller));
        _populate();
        _assign();
    }

    // ------------------------------------------------------------------ who

    function person(uint256 i) internal view returns (address) {
        return people[i % PEOPLE];
    }

    function holderOf(uint64 role) internal pure returns (address) {
        return address(uint160(0x0900 + role));
    }

    // ------------------------------------------------------------------ an act

    /// One in sixteen acts is wild: it takes what comes and often must fail. The others are chosen to be
    /// within the rules, or refusals would be most of what is tested.
    function wild(uint256 dice) internal pure returns (bool) {
        return dice % 16 == 0;
    }

    /// One in sixteen is within all other rules, but its signature is not what it should be.
    function forged(uint256 dice) internal pure returns (bool) {
        return dice % 16 == 1;
    }

    /// One of `count_`, by dice that say nothing about the two above.
    function pick(uint256 dice, uint256 count_) internal pure returns (uint256) {
        return (dice >> 64) % count_;
    }

    /// Forge likes round numbers and those that it has seen, and gives the same to each contract; dice
    /// should not.
    function shuffled(uint256 dice) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(dice, offset, vast)));
    }

    function act(address who, address target, bytes memory data, bool may)
        internal
        returns (bool done, bytes memory answer)
    {
        vm.prank(who);
        (done, answer) = target.call(data);
        count(done);
        if (done != may) so(done ? "done against the rules" : "refused within the rules", false);
    }

    function actOnToken(address who, bytes memory data, bool may)
        internal
        returns (bool done, bytes memory answer)
    {
        return act(who, address(token), data, may);
    }

    function actOnTeller(address who, bytes memory data, bool may) internal returns (bool done) {
        (done,) = act(who, address(teller), data, may);
    }

    function count(bool done) internal {
        ++acts;
        if (!done) ++refused;
    }

    /// Let the payments go on, or the acts that follow would all be refused.
    function goOn() internal {
        if (!stopped) return;
        actOnToken(holderOf(GOVERNOR), abi.encodeCall(token.unpause, ()), true);
        stopped = false;
    }

    /// The first who is not frozen, from the i-th on; the i-th is unfrozen when all are.
    function unfrozen(uint256 i) internal returns (uint256) {
        for (uint256 j = i % PEOPLE; j < i % PEOPLE + PEOPLE; ++j) {
            if (!persons[person(j)].frozen) return j % PEOPLE;
        }
        actOnToken(holderOf(COMPLIANCE), abi.encodeCall(token.unfreeze, (person(i))), true);
        persons[person(i)].frozen = false;
        return i % PEOPLE;
    }

    /// Mostly amounts near what matters; wild ones can be anything at all.
    function fit(uint256 amount, uint256 dice, uint256 most) internal pure returns (uint256) {
        if (!wild(dice)) return pick(dice, 3) == 0 ? most : within(amount, 0, most);
        if (pick(dice, 3) == 0) return most < ENDLESS ? most + 1 : most;
        return pick(dice, 3) == 1 ? amount : within(amount, 0, 2 * smaller(most, MOST));
    }

    function freshNonce() internal returns (bytes32) {
        return bytes32(nextNonce++);
    }

    function pass(uint256 seconds_) internal {
        clock += seconds_;
        vm.warp(clock);
    }

    // ------------------------------------------------------------------ what must hold

    /// An account is where the model is, and what is frozen has not fallen.
    function look(address who) internal view {
        Person storage one = persons[who];
        (uint256 balance, uint256 spent, uint8 tier, bool frozen) = token.getAccount(who);
        if (balance != one.balance) same("balance", balance, one.balance);
        uint256 expected = smaller(one.spent[today()], MOST);
        if (spent != expected) same("spent today", spent, expected);
        if (tier != one.tier) same("tier", tier, one.tier);
        if (frozen != one.frozen) so("frozen", false);
        if (frozen && balance < one.floor) so("a frozen balance fell", false);
    }

    function lookAtBoth(address a, address b) internal view {
        look(a);
        if (a != b) look(b);
    }

    function lookAtSupply() internal view {
        same("supply", token.totalSupply(), supply);
        same("minted", token.totalMinted(), minted);
    }

    // ------------------------------------------------------------------ wiring

    function _assign() private {
        _restrictToken(abi.encodeCall(token.issue, (new IssueEntry[](0))), ISSUER);
        _restrictToken(abi.encodeCall(token.voidNumber, (ENDLESS)), ISSUER);
        _restrictToken(abi.encodeCall(token.returnPayout, (people[0], 0)), ISSUER);
        _restrictToken(abi.encodeCall(token.setTier, (people[0], 5)), COMPLIANCE);
        _restrictToken(abi.encodeCall(token.freeze, (people[0])), COMPLIANCE);
        _restrictToken(abi.encodeCall(token.unfreeze, (people[0])), COMPLIANCE);
        _restrictToken(
            abi.encodeCall(token.forcedTransfer, (people[0], people[1], 0, "case")), SEIZURE
        );
        _restrictToken(abi.encodeCall(token.pause, ()), GUARDIAN);
        _restrictToken(abi.encodeCall(token.unpause, ()), GOVERNOR);
        _restrictToken(abi.encodeCall(token.setLimits, (0, 1, 1, 1)), GOVERNOR);
        _restrictToken(abi.encodeCall(token.setContractURI, ("")), GOVERNOR);
        _restrictTeller(abi.encodeCall(teller.issue, (new IssueEntry[](0))), OPERATOR);
        _restrictTeller(
            abi.encodeCall(teller.issueApproved, (new IssueEntry[](0), ENDLESS, new Approval[](0))),
            OPERATOR
        );
        _restrictTeller(abi.encodeCall(teller.voidNumber, (ENDLESS)), OPERATOR);
        _restrictTeller(abi.encodeCall(teller.returnPayout, (people[0], 0)), OPERATOR);
        _restrictTeller(abi.encodeCall(teller.attest, (0, 0, 0, 1, 0)), ATTESTOR);
        _restrictTeller(abi.encodeCall(teller.setBucket, (1, 1)), GOVERNOR);
        _restrictTeller(abi.encodeCall(teller.setMaxAge, (1)), GOVERNOR);
        _restrictTeller(abi.encodeCall(teller.setApprovalsNeeded, (1)), GOVERNOR);
        for (uint64 role = 1; role < ROLES; ++role) {
            if (role != OFFICER) manager.grantRole(role, holderOf(role), 0);
        }
        manager.grantRole(ISSUER, address(teller), 0);
    }

    function _restrictToken(bytes memory call, uint64 role) private {
        _restrict(address(token), call, role);
    }

    function _restrictTeller(bytes memory call, uint64 role) private {
        _restrict(address(teller), call, role);
    }

    function _restrict(address target, bytes memory call, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = bytes4(call);
        manager.setTargetFunctionRole(target, selectors, role);
        restrictions.push(Restriction(target, call, role));
    }

    function _populate() private {
        uint256[3] memory keys = [uint256(101), 102, 103];
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = i + 1; j < 3; ++j) {
                if (vm.addr(keys[j]) < vm.addr(keys[i])) (keys[i], keys[j]) = (keys[j], keys[i]);
            }
            (officerKeys[i], officers[i]) = (keys[i], vm.addr(keys[i]));
            manager.grantRole(OFFICER, officers[i], 0);
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            address one = vm.addr(1 + i);
            people[i] = i < PEOPLE - 1 ? one : address(new KeyWallet(one));
            keyFor[people[i]] = 1 + i;
        }
    }
}
