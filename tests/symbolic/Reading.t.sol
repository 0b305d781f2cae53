// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IssueEntry} from "../../contracts/interfaces/IDepositToken.sol";
import {Account} from "../../contracts/libraries/AccountWord.sol";
import {AccountSlots, Slot} from "../../contracts/libraries/AccountSlots.sol";
import {IssueEntries} from "../../contracts/libraries/IssueEntries.sol";
import {Symbolic} from "./Symbolic.sol";

/// What is read by hand is what the compiler would read: storage by address, entries of a batch.
contract ReadingCheck is Symbolic {
    function check_everyAddressHasAWordOfItsOwn(address one, address other, uint256 word) external {
        Slot slot = AccountSlots.slotOf(one);
        assert((Slot.unwrap(slot) == Slot.unwrap(AccountSlots.slotOf(other))) == (one == other));
        assert(Slot.unwrap(slot) ^ Slot.unwrap(AccountSlots.slotOf(other)) < 2 ** 160);
        assert(Slot.unwrap(slot) >> 160 != 0); // no variable of the compiler's lies so high
        Account before = AccountSlots.slotOf(other).load();
        slot.store(Account.wrap(word));
        Account after_ = AccountSlots.slotOf(other).load();
        assert(Account.unwrap(after_) == (one == other ? word : Account.unwrap(before)));
    }

    /// Whatever four words stand where an entry should: the same answer, or both revert.
    function check_anEntryIsReadAsTheCompilerReadsIt(
        bool second,
        bytes32[4] calldata one,
        bytes32[4] calldata other
    ) external view {
        if (second) assertSameReading(1, one, other);
        else assertSameReading(0, one, other);
    }

    function assertSameReading(uint256 index, bytes32[4] calldata one, bytes32[4] calldata other)
        private
        view
    {
        bytes memory rest = abi.encode(index, uint256(64), uint256(2), one, other);
        (bool byHand, bytes memory left) =
            address(this).staticcall(bytes.concat(this.readByHand.selector, rest));
        (bool plainly, bytes memory right) =
            address(this).staticcall(bytes.concat(this.readPlainly.selector, rest));
        assert(byHand == plainly);
        if (byHand) assert(keccak256(left) == keccak256(right));
    }

    function readByHand(uint256 index, IssueEntry[] calldata entries)
        external
        pure
        returns (uint256, bytes16, address, uint256)
    {
        return IssueEntries.read(entries, index);
    }

    function readPlainly(uint256 index, IssueEntry[] calldata entries)
        external
        pure
        returns (uint256, bytes16, address, uint256)
    {
        IssueEntry memory it = entries[index];
        return (it.number, it.ref, it.holder, it.amount);
    }
}
