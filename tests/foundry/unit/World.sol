// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {
    IDepositToken,
    IssueEntry,
    RedeemOrder
} from "../../../contracts/interfaces/IDepositToken.sol";
import {IDepositTokenErrors} from "../../../contracts/interfaces/IDepositTokenErrors.sol";
import {IDepositTokenEvents} from "../../../contracts/interfaces/IDepositTokenEvents.sol";
import {ITeller} from "../../../contracts/interfaces/ITeller.sol";
import {Authorization, Signing} from "../Signing.sol";

/// The contracts wired as in a deployment, but without delays; and people with money.
///
/// Contracts are deployed by name and spoken to by their interfaces, so a change of contracts/ does
/// not make the compiler read the tests again.
abstract contract World is Signing, IDepositTokenErrors, IDepositTokenEvents {
    uint256 internal constant HOUR = 1 hours;
    /// 09:00 of a day in the currency's time zone.
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant MIDNIGHT = START + 15 hours;
    uint256 internal constant HEIGHT = 1_000;
    uint256 internal constant MOST = type(uint96).max;
    uint256 internal constant ANY = type(uint256).max;
    int32 internal constant OFFSET = 3_600;
    uint256 internal constant BACKING = 3_000_000;
    uint256 internal constant CAPACITY = 100_000;
    uint256 internal constant REFILL = 10;
    uint64 internal constant MAX_AGE = 3_600;
    /// What the people below hold; all of it was issued under the numbers 41 to 44.
    uint256 internal constant SUPPLY = 1_005_500;
    string internal constant NAME = "Jiaozi Euro";
    string internal constant DESCRIPTION = "https://bank.example/eurj.json";
    bytes16 internal constant REF = hex"000102030405060708090a0b0c0d0e0f";
    bytes32 internal constant CASE = keccak256("case 1");
    bytes32 internal constant NONCE = keccak256("nonce");

    uint64 internal constant OPERATOR = 1;
    uint64 internal constant ATTESTOR = 2;
    uint64 internal constant OFFICER = 3;
    uint64 internal constant COMPLIANCE = 4;
    uint64 internal constant SEIZURE = 5;
    uint64 internal constant GUARDIAN = 6;
    uint64 internal constant GOVERNOR = 7;
    uint64 internal constant ISSUER = 8;

    uint256 internal constant ALICE = 0xa11ce;
    uint256 internal constant BOB = 0xb0b;
    uint256 internal constant CAROL = 0xca501;
    uint256 internal constant DAVE = 0xda4e;
    uint256 internal constant VIP = 0x515;

    /// Tier 1 with 4,000.
    address internal immutable alice = vm.addr(ALICE);
    /// Tier 1 with 1,000.
    address internal immutable bob = vm.addr(BOB);
    /// Not registered, owns nothing.
    address internal immutable carol = vm.addr(CAROL);
    /// Tier 2 with 500.
    address internal immutable dave = vm.addr(DAVE);
    /// Tier 5 with 1,000,000.
    address internal immutable vip = vm.addr(VIP);
    address internal constant relay = address(0x4e1a);
    address internal constant operator = address(0x0901);
    address internal constant attestor = address(0x0902);
    address internal constant compliance = address(0x0904);
    address internal constant seizure = address(0x0905);
    address internal constant guardian = address(0x0906);
    address internal constant governor = address(0x0907);
    /// Holds the Teller's role too.
    address internal constant issuer = address(0x0908);

    IAccessManager internal manager;
    IDepositToken internal token;
    ITeller internal teller;
    uint256 private _nextNumber = 1_000;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(HEIGHT);
        manager = IAccessManager(
            vm.deployCode("AccessManager.sol:AccessManager", abi.encode(address(this)))
        );
        token = deployToken(OFFSET);
        teller = ITeller(
            vm.deployCode("Teller.sol:Teller", abi.encode(address(manager), address(token)))
        );
        _assign();
        by(governor).setLimits(1, 1_000, 2_500, 5_000);
        by(governor).setLimits(2, 10_000, 20_000, 50_000);
        _register(41, alice, 1, 4_000);
        _register(42, bob, 1, 1_000);
        _register(43, vip, 5, 1_000_000);
        _register(44, dave, 2, 500);
        tellerBy(governor).setBucket(CAPACITY, REFILL);
        tellerBy(governor).setMaxAge(MAX_AGE);
        tellerBy(attestor).attest(BACKING, 0, 0, uint64(START - 1), uint64(HEIGHT));
    }

    function deployToken(int32 offset) internal returns (IDepositToken) {
        bytes memory arguments =
            abi.encode(address(manager), NAME, "EURJ", "EUR", uint8(2), offset, DESCRIPTION);
        return IDepositToken(vm.deployCode("DepositToken.sol:DepositToken", arguments));
    }

    // ------------------------------------------------------------------ who acts

    /// The token, called by `who`. Work arguments out before: the next call is theirs.
    function by(address who) internal returns (IDepositToken) {
        vm.prank(who);
        return token;
    }

    /// The Teller, called by `who`.
    function tellerBy(address who) internal returns (ITeller) {
        vm.prank(who);
        return teller;
    }

    // ------------------------------------------------------------------ what is done

    /// A batch of one entry with a new number.
    function entry(address holder, uint256 amount) internal returns (IssueEntry[] memory entries) {
        entries = new IssueEntry[](1);
        entries[0] = IssueEntry(_nextNumber++, REF, holder, amount);
    }

    /// New money, past bucket and backing.
    function give(address holder, uint256 amount) internal {
        IssueEntry[] memory entries = entry(holder, amount);
        same("given", by(issuer).issue(entries), amount);
    }

    function authorization(address from, address to, uint256 value)
        internal
        pure
        returns (Authorization memory)
    {
        return Authorization(from, to, value, START - 1, START + 1, NONCE);
    }

    function order(address holder, uint256 amount, uint256 fee)
        internal
        pure
        returns (RedeemOrder memory)
    {
        return RedeemOrder(holder, amount, keccak256("payout"), fee, NONCE, START);
    }

    // ------------------------------------------------------------------ what is signed

    function domain() internal view returns (bytes32) {
        return domainOf(NAME, block.chainid, address(token));
    }

    function tellerDomain() internal view returns (bytes32) {
        return domainOf("Jiaozi Teller", block.chainid, address(teller));
    }

    function signed(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return sign(key, domain(), structHash);
    }

    // ------------------------------------------------------------------ what must follow

    function refuses(bytes memory reason) internal {
        vm.expectRevert(reason);
    }

    function refuses(bytes4 reason) internal {
        refuses(abi.encodeWithSelector(reason));
    }

    function refuses(bytes4 reason, uint256 a) internal {
        refuses(abi.encodeWithSelector(reason, a));
    }

    function refuses(bytes4 reason, address a) internal {
        refuses(abi.encodeWithSelector(reason, a));
    }

    function refuses(bytes4 reason, uint256 a, uint256 b) internal {
        refuses(abi.encodeWithSelector(reason, a, b));
    }

    function refuses(bytes4 reason, address a, bytes32 b) internal {
        refuses(abi.encodeWithSelector(reason, a, b));
    }

    function refuses(bytes4 reason, address a, address b) internal {
        refuses(abi.encodeWithSelector(reason, a, b));
    }

    function refuses(bytes4 reason, address a, uint256 b, uint256 c) internal {
        refuses(abi.encodeWithSelector(reason, a, b, c));
    }

    /// The next call must make the token tell the event that is emitted after this line.
    function tells() internal {
        vm.expectEmit(address(token));
    }

    /// The next call must make the Teller tell it.
    function tellerTells() internal {
        vm.expectEmit(address(teller));
    }

    function holds(address who, uint256 balance) internal view {
        same("balance", token.balanceOf(who), balance);
    }

    function isSpent(address who, uint256 amount) internal view {
        (, uint256 spent,,) = token.getAccount(who);
        same("spent today", spent, amount);
    }

    function stands(address who, uint256 balance, uint256 spent, uint8 tier, bool frozen)
        internal
        view
    {
        (uint256 balance_, uint256 spent_, uint8 tier_, bool frozen_) = token.getAccount(who);
        same("balance", balance_, balance);
        same("spent today", spent_, spent);
        same("tier", tier_, tier);
        so(frozen ? "frozen" : "not frozen", frozen_ == frozen);
        holds(who, balance);
    }

    function supplyIs(uint256 supply, uint256 minted) internal view {
        same("supply", token.totalSupply(), supply);
        same("minted", token.totalMinted(), minted);
    }

    // ------------------------------------------------------------------ wiring

    function _register(uint256 number, address who, uint8 tier, uint256 amount) private {
        by(compliance).setTier(who, 5);
        IssueEntry[] memory entries = new IssueEntry[](1);
        entries[0] = IssueEntry(number, REF, who, amount);
        by(issuer).issue(entries);
        by(compliance).setTier(who, tier);
    }

    function _assign() private {
        _allow(address(token), IDepositToken.issue.selector, ISSUER);
        _allow(address(token), IDepositToken.voidNumber.selector, ISSUER);
        _allow(address(token), IDepositToken.returnPayout.selector, ISSUER);
        _allow(address(token), IDepositToken.setTier.selector, COMPLIANCE);
        _allow(address(token), IDepositToken.freeze.selector, COMPLIANCE);
        _allow(address(token), IDepositToken.unfreeze.selector, COMPLIANCE);
        _allow(address(token), IDepositToken.forcedTransfer.selector, SEIZURE);
        _allow(address(token), IDepositToken.pause.selector, GUARDIAN);
        _allow(address(token), IDepositToken.unpause.selector, GOVERNOR);
        _allow(address(token), IDepositToken.setLimits.selector, GOVERNOR);
        _allow(address(token), IDepositToken.setContractURI.selector, GOVERNOR);
        _allow(address(teller), ITeller.issue.selector, OPERATOR);
        _allow(address(teller), ITeller.issueApproved.selector, OPERATOR);
        _allow(address(teller), ITeller.voidNumber.selector, OPERATOR);
        _allow(address(teller), ITeller.returnPayout.selector, OPERATOR);
        _allow(address(teller), ITeller.attest.selector, ATTESTOR);
        _allow(address(teller), ITeller.setBucket.selector, GOVERNOR);
        _allow(address(teller), ITeller.setMaxAge.selector, GOVERNOR);
        _allow(address(teller), ITeller.setApprovalsNeeded.selector, GOVERNOR);
        manager.grantRole(OPERATOR, operator, 0);
        manager.grantRole(ATTESTOR, attestor, 0);
        manager.grantRole(COMPLIANCE, compliance, 0);
        manager.grantRole(SEIZURE, seizure, 0);
        manager.grantRole(GUARDIAN, guardian, 0);
        manager.grantRole(GOVERNOR, governor, 0);
        manager.grantRole(ISSUER, issuer, 0);
        manager.grantRole(ISSUER, address(teller), 0);
    }

    function _allow(address target, bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }
}
