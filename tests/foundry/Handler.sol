// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {DepositToken} from "../../contracts/DepositToken.sol";
import {IDepositToken, IssueEntry, RedeemOrder} from "../../contracts/interfaces/IDepositToken.sol";
import {Check} from "./Check.sol";
import {Model} from "./Model.sol";

/// Says yes to this test, which thereby holds every role.
contract OpenAuthority {
    address private immutable _holder = msg.sender;

    function canCall(address caller, address, bytes4) external view returns (bool, uint32) {
        return (caller == _holder, 0);
    }
}

/// Random acts on the token, each beside the model: what the model expects must happen, and nothing
/// else may. No act reverts by itself, so every call counts.
contract Handler is Check, Model {
    DepositToken public immutable token;
    uint256 private constant PEOPLE = 4;
    uint256 private constant OFFSET = 1 hours;
    uint256 private constant LARGEST = type(uint96).max;
    uint256 private _now = 1_800_000_000;
    uint256 private _nextNumber = 1;
    uint256 private _nextNonce = 1;

    struct Burned {
        address holder;
        bytes32 nonce;
        uint256 payableAmount;
        bool done;
    }

    Burned[] private _burned;

    constructor() {
        vm.warp(_now);
        address authority = address(new OpenAuthority());
        token =
            new DepositToken(authority, "Jiaozi Euro", "EURJ", "EUR", 2, int32(int256(OFFSET)), "");
        _limit(1, 1_000, 2_500, 5_000);
        _limit(2, 100_000, 200_000, 1_000_000);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            token.setTier(person(i), uint8(i + 1));
            persons[person(i)].tier = i + 1;
        }
    }

    function person(uint256 i) public pure returns (address) {
        return vm.addr(1 + i % PEOPLE);
    }

    // ------------------------------------------------------------------ acts

    function pay(uint256 from_, uint256 to_, uint256 amount, uint8 size) external {
        (address from, address to) = (person(from_), person(to_));
        amount = _amount(amount, size, persons[from].balance);
        bool may = mayPay(from, to, amount, _day());
        so("canTransfer agrees", token.canTransfer(from, to, amount) == may);
        vm.prank(from);
        try token.transfer(to, amount) {
            so("paid against the rules", may);
            persons[from].balance -= amount;
            persons[to].balance += amount;
            _spend(from, amount);
        } catch {
            so("refused within the rules", !may);
        }
    }

    function issue(uint256 to_, uint256 amount, uint8 size, bool again) external {
        address to = person(to_);
        amount = _amount(amount, size, LARGEST - token.totalSupply());
        uint256 number = again && _nextNumber > 1 ? _nextNumber - 1 : _nextNumber++;
        bool used = token.depositNumberUsed(number);
        bool may = !used && amount > 0 && amount <= LARGEST - token.totalSupply()
            && mayHold(to, persons[to].balance + amount);
        IssueEntry[] memory entries = new IssueEntry[](1);
        entries[0] = IssueEntry(number, bytes16(0), to, amount);
        try token.issue(entries) {
            so("the number is used up", token.depositNumberUsed(number));
        } catch {
            so("only a pause stops a batch", stopped);
            return;
        }
        if (may) {
            persons[to].balance += amount;
            issued += amount;
        }
        same("credited or not", token.balanceOf(to), persons[to].balance);
    }

    function redeem(uint256 from_, uint256 amount, uint8 size, uint256 fee, bool forged) external {
        address from = person(from_);
        amount = _amount(amount, size, persons[from].balance);
        fee = within(fee, 0, amount);
        bytes32 nonce = bytes32(_nextNonce++);
        RedeemOrder memory order =
            RedeemOrder(from, amount, keccak256("payout"), fee, nonce, _now + 1);
        bytes memory signature = _sign(1 + (from_ % PEOPLE + (forged ? 1 : 0)) % PEOPLE, order);
        bool may = !forged && amount > 0 && mayPart(from, amount, _day());
        try token.redeem(order, signature) {
            so("burned against the rules", may);
            persons[from].balance -= amount;
            _spend(from, amount);
            redeemed += amount;
            _burned.push(Burned(from, nonce, amount - fee, false));
        } catch {
            so("burn refused within the rules", !may);
            return;
        }
        try token.redeem(order, signature) {
            so("burned twice", false);
        } catch {}
    }

    function giveBack(uint256 which) external {
        if (_burned.length == 0) return;
        Burned storage one = _burned[which % _burned.length];
        try token.returnPayout(one.holder, one.nonce) {
            so("returned twice", !one.done);
            one.done = true;
            persons[one.holder].balance += one.payableAmount;
            returned += one.payableAmount;
        } catch {
            so("not returned", one.done || one.payableAmount > LARGEST - token.totalSupply());
        }
    }

    function seize(uint256 from_, uint256 to_, uint256 amount) external {
        (address from, address to) = (person(from_), person(to_));
        amount = within(amount, 0, persons[from].balance + 1);
        bool may = from != to && persons[to].tier != 0 && !persons[to].frozen
            && amount <= persons[from].balance;
        try token.forcedTransfer(from, to, amount, "case") {
            so("seized against the rules", may);
            persons[from].balance -= amount;
            persons[to].balance += amount;
            persons[from].frozen = true;
        } catch {
            so("seizure dodged", !may);
        }
    }

    function setTier(uint256 who, uint8 tier) external {
        token.setTier(person(who), tier % 6);
        persons[person(who)].tier = tier % 6;
    }

    function freeze(uint256 who, bool frozen) external {
        frozen ? token.freeze(person(who)) : token.unfreeze(person(who));
        persons[person(who)].frozen = frozen;
    }

    function pause(uint8 dice) external {
        stopped = dice % 8 == 0;
        stopped ? token.pause() : token.unpause();
    }

    function pass(uint32 seconds_) external {
        _now += seconds_ % 12 hours;
        vm.warp(_now);
    }

    // ------------------------------------------------------------------ what must hold

    function checkSums() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < PEOPLE; ++i) {
            Person storage one = persons[person(i)];
            (uint256 balance, uint256 spent, uint8 tier, bool frozen) = token.getAccount(person(i));
            same("balance", balance, one.balance);
            same("spent", spent, one.spent[_day()] > LARGEST ? LARGEST : one.spent[_day()]);
            same("tier", tier, one.tier);
            so("frozen", frozen == one.frozen);
            sum += balance;
        }
        same("supply is the sum", token.totalSupply(), sum);
        same("supply is the history", token.totalSupply(), issued + returned - redeemed);
        same("minted", token.totalMinted(), issued + returned);
        so("pause", token.paused() == stopped);
    }

    // ------------------------------------------------------------------ steps

    /// Mostly amounts near what matters, now and then anything at all.
    function _amount(uint256 amount, uint8 size, uint256 most) private pure returns (uint256) {
        if (size < 100) return within(amount, 0, 3_000);
        if (size < 200) return within(amount, 0, most);
        if (size < 230) return within(amount, 0, 300_000);
        if (size < 250) return most < LARGEST ? most + 1 : most;
        return amount;
    }

    function _spend(address who, uint256 amount) private {
        persons[who].spent[_day()] += amount;
    }

    function _day() private view returns (uint256) {
        return (_now + OFFSET) / 1 days;
    }

    function _limit(uint8 tier, uint256 perPayment, uint256 perDay, uint256 balance) private {
        token.setLimits(tier, perPayment, perDay, balance);
        tiers[tier] = Tier(perPayment, perDay, balance);
    }

    function _sign(uint256 key, RedeemOrder memory order) private view returns (bytes memory) {
        bytes32 typehash = keccak256(
            "RedeemOrder(address holder,uint256 amount,Payout payout,uint256 fee,bytes32 nonce,"
            "uint256 deadline)Payout(string account,string name,string reference,bytes32 salt)"
        );
        bytes32 hash = keccak256(
            abi.encode(
                typehash,
                order.holder,
                order.amount,
                order.payoutHash,
                order.fee,
                order.nonce,
                order.deadline
            )
        );
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), hash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
