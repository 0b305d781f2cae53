// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IssueEntry} from "../../contracts/interfaces/IDepositToken.sol";
import {AccountSlots, Slot} from "../../contracts/libraries/AccountSlots.sol";
import {SymbolicToken} from "./SymbolicToken.sol";

/// Whatever the token holds and whoever asks: what one account loses another gains, or the supply
/// says so; who receives keeps the rest of its word, who pays keeps tier and freeze, and nobody else's
/// word changes by a bit.
contract ConservationCheck is SymbolicToken {
    uint256 private constant FROZEN = 1 << 255;

    /// The words of three accounts, and the token's two sums.
    struct State {
        uint256 from;
        uint256 to;
        uint256 other;
        uint256 supply;
        uint256 minted;
    }

    function check_transfer(address from, address to, address other, uint256 amount) external {
        State memory was = state(from, to, other);
        vm.prank(from);
        token.transfer(to, amount);
        assertMoved(was, from, to, other, amount);
    }

    function check_transferFrom(
        address spender,
        address from,
        address to,
        address other,
        uint256 amount
    ) external {
        State memory was = state(from, to, other);
        uint256 allowed = token.allowance(from, spender);
        vm.prank(spender);
        token.transferFrom(from, to, amount);
        assertMoved(was, from, to, other, amount);
        assert(amount <= allowed);
        bool endless = allowed == type(uint256).max;
        assert(token.allowance(from, spender) == (endless ? allowed : allowed - amount));
    }

    function check_forcedTransfer(
        address from,
        address to,
        address other,
        uint256 amount,
        bytes32 caseRef
    ) external {
        State memory was = state(from, to, other);
        token.forcedTransfer(from, to, amount, caseRef);
        assert(from != to && caseRef != 0);
        was.from |= FROZEN;
        assertMoved(was, from, to, other, amount);
    }

    function check_issue(
        uint256 number,
        address to,
        uint208 low,
        uint8 tier,
        bool frozen,
        address other,
        uint256 amount
    ) external {
        for (uint256 each = 0; each <= UNLIMITED; ++each) {
            if (tier != each) continue;
            hold(to, wordOf(low, each, frozen));
            assertIssued(number, to, other, amount);
            return;
        }
    }

    function check_returnPayout(address to, bytes32 nonce, address other) external {
        State memory was = state(to, to, other);
        (uint8 stage, uint256 amount) = token.getRedemption(to, nonce);
        token.returnPayout(to, nonce);
        assert(stage == 1);
        (stage,) = token.getRedemption(to, nonce);
        assert(stage == 3);
        assertMinted(was, to, other, amount);
    }

    // ------------------------------------------------------------------ none of this is empty

    function reach_transfer(address from, address to, address other, uint256 amount) external {
        state(from, to, other);
        assumeOrdinary(from, to, amount);
        vm.prank(from);
        token.transfer(to, amount);
        assert(false);
    }

    function reach_transferFrom(
        address spender,
        address from,
        address to,
        address other,
        uint256 amount
    ) external {
        state(from, to, other);
        assumeOrdinary(from, to, amount);
        vm.assume(spender != from && token.allowance(from, spender) == amount);
        vm.prank(spender);
        token.transferFrom(from, to, amount);
        assert(false);
    }

    function reach_forcedTransfer(
        address from,
        address to,
        address other,
        uint256 amount,
        bytes32 caseRef
    ) external {
        state(from, to, other);
        assumeOrdinary(from, to, amount);
        token.forcedTransfer(from, to, amount, caseRef);
        assert(false);
    }

    function reach_issue(uint256 number, address to, uint208 low, address other, uint256 amount)
        external
    {
        hold(to, wordOf(low, 2, false));
        state(to, to, other);
        assumeOrdinary(other, to, amount);
        if (token.issue(oneEntry(number, to, amount)) == amount) assert(false);
    }

    function reach_returnPayout(address to, bytes32 nonce, address other) external {
        state(to, to, other);
        (, uint256 amount) = token.getRedemption(to, nonce);
        assumeOrdinary(other, to, amount);
        token.returnPayout(to, nonce);
        assert(false);
    }

    /// Two different accounts in tiers with limits, and an amount worth moving.
    function assumeOrdinary(address from, address to, uint256 amount) private view {
        (,, uint8 tierFrom,) = token.getAccount(from);
        (,, uint8 tierTo,) = token.getAccount(to);
        vm.assume(tierFrom == 1 && tierTo == 2 && from != to && amount > 1000);
    }

    // ------------------------------------------------------------------ steps

    function word(address who) private view returns (uint256) {
        return uint256(vm.load(address(token), slot(who)));
    }

    /// The word of `who` is any word still, but of a tier that the solver sees as a number.
    function hold(address who, uint256 word_) private {
        vm.store(address(token), slot(who), bytes32(word_));
    }

    function slot(address who) private pure returns (bytes32) {
        return bytes32(Slot.unwrap(AccountSlots.slotOf(who)));
    }

    function oneEntry(uint256 number, address to, uint256 amount)
        private
        pure
        returns (IssueEntry[] memory entries)
    {
        entries = new IssueEntry[](1);
        entries[0] = IssueEntry(number, bytes16(0), to, amount);
    }

    function state(address from, address to, address other) private view returns (State memory) {
        assumeWithinSupply(from, to);
        vm.assume(token.totalMinted() < 2 ** 127); // 2^31 mints of the largest supply
        return State({
            from: word(from),
            to: word(to),
            other: word(other),
            supply: token.totalSupply(),
            minted: token.totalMinted()
        });
    }

    function assertMoved(State memory was, address from, address to, address other, uint256 amount)
        private
        view
    {
        assert(word(from) >> 208 == was.from >> 208);
        if (from == to) {
            assert(token.balanceOf(from) == uint96(was.from));
        } else {
            assert(token.balanceOf(from) == uint96(was.from) - amount);
            assert(word(to) == was.to + amount);
            assert(token.balanceOf(to) == uint96(was.to) + amount);
        }
        if (other != from && other != to) assert(word(other) == was.other);
        assert(token.totalSupply() == was.supply);
        assert(token.totalMinted() == was.minted);
    }

    function assertIssued(uint256 number, address to, address other, uint256 amount) private {
        State memory was = state(to, to, other);
        bool used = token.depositNumberUsed(number);
        uint256 credited = token.issue(oneEntry(number, to, amount));
        assert(token.depositNumberUsed(number));
        assert(credited == 0 || (credited == amount && !used));
        assertMinted(was, to, other, credited);
    }

    function assertMinted(State memory was, address to, address other, uint256 amount)
        private
        view
    {
        assert(word(to) == was.to + amount);
        assert(token.balanceOf(to) == uint96(was.to) + amount);
        if (other != to) assert(word(other) == was.other);
        assert(token.totalSupply() == was.supply + amount);
        assert(token.totalMinted() == was.minted + amount);
    }
}
