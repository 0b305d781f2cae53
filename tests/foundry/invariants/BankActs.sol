// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IssueEntry} from "../../../contracts/interfaces/IDepositToken.sol";
import {Approval, ITeller} from "../../../contracts/interfaces/ITeller.sol";
import {SignedActs} from "./SignedActs.sol";

/// What comes in through a real Teller: attestations, bucket, officers, numbers.
abstract contract BankActs is SignedActs {
    uint256 private _nextNumber = 1;

    /// The token's sums at an earlier block, of which an attestation can speak too.
    uint256 private _supplyThen;
    uint256 private _mintedThen;

    // ------------------------------------------------------------------ in

    function issue(uint256 to_, uint256 amount, uint256 dice, uint256 more) external {
        dice = shuffled(dice);
        (IssueEntry[] memory entries, uint256 sum) = _batch(to_, amount, dice, more, false);
        bool may = !stopped && fresh() && backed(sum) && sum <= bucketNow();
        bytes memory data = abi.encodeCall(ITeller.issue, (entries));
        if (!actOnTeller(holderOf(OPERATOR), data, may)) return _nothingCame(entries);
        (taken, takenAt) = (takenNow() + sum, clock);
        same("bucket", teller.bucketLevel(), bucketNow());
        _came(entries);
    }

    function issueApproved(uint256 to_, uint256 amount, uint256 dice, uint256 more) public {
        dice = shuffled(dice);
        (IssueEntry[] memory entries, uint256 sum) = _batch(to_, amount, dice, more, true);
        // Of the forged some lack an officer, some are a second late, some are for another batch.
        bool enough = !forged(dice) || pick(dice, 3) != 0;
        bool inTime = !forged(dice) || pick(dice, 3) != 1;
        bool theirs = !forged(dice) || pick(dice, 3) != 2;
        uint256 deadline = inTime ? clock : clock - 1;
        bytes32 structHash = hashApproval(entries, theirs ? deadline : deadline + 1);
        Approval[] memory approvals = new Approval[](enough ? 2 : 1);
        uint256 first = more % 2;
        for (uint256 i = 0; i < approvals.length; ++i) {
            bytes memory signature = sign(officerKeys[first + i], tellerDomain, structHash);
            approvals[i] = Approval(officers[first + i], signature);
        }
        bool may = !stopped && fresh() && enough && inTime && theirs && backed(sum);
        bytes memory data = abi.encodeCall(ITeller.issueApproved, (entries, deadline, approvals));
        if (!actOnTeller(holderOf(OPERATOR), data, may)) return _nothingCame(entries);
        _came(entries);
    }

    function voidNumber(uint256 number, uint256 dice) external {
        dice = shuffled(dice);
        number = wild(dice) ? within(number, 0, _nextNumber) : _nextNumber++;
        bool may = numberUses[number] == 0;
        bytes memory data = abi.encodeCall(ITeller.voidNumber, (number));
        if (actOnTeller(holderOf(OPERATOR), data, may)) ++numberUses[number];
        same("used once", numberUses[number], 1);
        so("used up", token.depositNumberUsed(number));
    }

    // ------------------------------------------------------------------ the backing

    function attest(uint256 backing, uint256 dice, bool earlier) external {
        dice = shuffled(dice);
        if (!wild(dice)) pass(1);
        if (pick(dice, 8) == 0) (_supplyThen, _mintedThen) = (supply, minted);
        (uint256 supply_, uint256 minted_) = earlier ? (_supplyThen, _mintedThen) : (supply, minted);
        backing = supply_ + within(backing, 0, vast ? 2 ** 100 : 3_000_000);
        if (pick(dice, 5) == 0) backing = within(backing, 0, supply_); // it is short
        uint256 asOf = clock;
        if (wild(dice)) {
            if (pick(dice, 3) == 0) asOf += 1;
            if (pick(dice, 3) == 1) minted_ += 1;
        }
        _attest(backing, supply_, minted_, asOf);
    }

    function _attest(uint256 backing, uint256 supply_, uint256 minted_, uint256 asOf) private {
        bool may = asOf <= clock && asOf > attestedAt && minted_ <= minted;
        bytes memory data =
            abi.encodeCall(ITeller.attest, (backing, supply_, minted_, uint64(asOf), 0));
        if (actOnTeller(holderOf(ATTESTOR), data, may)) {
            ceiling = minted_ + (backing > supply_ ? backing - supply_ : 0);
            attestedAt = asOf;
        }
        uint256 room_ = ceiling > minted ? ceiling - minted : 0;
        same("headroom", teller.headroom(), fresh() ? room_ : 0);
    }

    function setBucket(uint256 capacity_, uint256 refill_) public {
        (taken, takenAt) = (takenNow(), clock);
        capacity = within(capacity_, 0, vast ? type(uint72).max : 200_000);
        refill = within(refill_, 0, vast ? type(uint56).max : 50);
        bytes memory data = abi.encodeCall(ITeller.setBucket, (capacity, refill));
        actOnTeller(holderOf(GOVERNOR), data, true);
        same("bucket", teller.bucketLevel(), bucketNow());
    }

    function setMaxAge(uint256 maxAge_) public {
        maxAge = within(maxAge_, 0, 3 days);
        actOnTeller(holderOf(GOVERNOR), abi.encodeCall(ITeller.setMaxAge, (uint64(maxAge))), true);
    }

    // ------------------------------------------------------------------ steps

    /// Enough backing for `amount` more.
    function back(uint256 amount) internal {
        if (fresh() && minted + amount <= ceiling) return;
        if (attestedAt >= clock) pass(1);
        if (maxAge == 0) {
            maxAge = 1 hours;
            bytes memory data = abi.encodeCall(ITeller.setMaxAge, (1 hours));
            actOnTeller(holderOf(GOVERNOR), data, true);
        }
        _attest(supply + amount + 100_000, supply, minted, clock);
    }

    /// One entry to four, of which a wild act's are anything at all.
    function _batch(uint256 to_, uint256 amount, uint256 dice, uint256 more, bool past)
        private
        returns (IssueEntry[] memory entries, uint256 sum)
    {
        entries = new IssueEntry[](1 + more % 4);
        // A wild one that is not stopped by something else tries the bounds of the whole batch.
        bool greedy = wild(dice) && pick(dice, 2) == 0;
        if (!wild(dice) || greedy) {
            goOn();
            back(past && vast ? MOST - supply : 1_000_000);
        }
        uint256 most = smaller(ceiling > minted ? ceiling - minted : 0, MOST - supply);
        if (!past) most = smaller(most, bucketNow());
        for (uint256 i = 0; i < entries.length; ++i) {
            address to = wild(dice) ? person(to_ % PEOPLE + i) : payee(to_ % PEOPLE + i);
            uint256 value = smaller(room(to), most / entries.length);
            value = greedy ? most / entries.length + 1 : fit(amount >> i, dice, value);
            uint256 number = wild(dice) && !greedy && pick(dice, 3) == 0
                ? within(amount >> i, 0, _nextNumber)
                : _nextNumber++;
            entries[i] = IssueEntry(number, bytes16(0), to, value);
        }
        for (uint256 i = 0; i < entries.length; ++i) {
            if (_credits(entries, i, sum)) sum += entries[i].amount;
        }
    }

    /// Whether the token credits the i-th, after those before it have brought `sum`.
    function _credits(IssueEntry[] memory entries, uint256 i, uint256 sum)
        private
        view
        returns (bool)
    {
        IssueEntry memory one = entries[i];
        if (numberUses[one.number] != 0 || one.amount == 0 || one.amount > MOST - supply - sum) {
            return false;
        }
        uint256 balance = persons[one.holder].balance + one.amount;
        uint256 soFar = 0;
        for (uint256 j = 0; j < i; ++j) {
            if (entries[j].number == one.number) return false;
            if (!_credits(entries, j, soFar)) continue;
            soFar += entries[j].amount;
            if (entries[j].holder == one.holder) balance += entries[j].amount;
        }
        return mayHold(one.holder, balance);
    }

    function _came(IssueEntry[] memory entries) private {
        so("on stale backing", fresh());
        bool[] memory credits = new bool[](entries.length);
        uint256 sum = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            credits[i] = _credits(entries, i, sum);
            if (credits[i]) sum += entries[i].amount;
        }
        for (uint256 i = 0; i < entries.length; ++i) {
            if (numberUses[entries[i].number] == 0) ++numberUses[entries[i].number];
            so("used up", token.depositNumberUsed(entries[i].number));
            if (credits[i]) credited(entries[i].holder, entries[i].amount);
            else count(false); // an entry that is refused is a call that is refused
        }
        for (uint256 i = 0; i < entries.length; ++i) {
            look(entries[i].holder);
        }
        so("past the backing", sum == 0 || minted <= ceiling);
        lookAtSupply();
    }

    function _nothingCame(IssueEntry[] memory entries) private view {
        for (uint256 i = 0; i < entries.length; ++i) {
            bool used = numberUses[entries[i].number] != 0;
            so("the number", token.depositNumberUsed(entries[i].number) == used);
            look(entries[i].holder);
        }
        lookAtSupply();
    }
}
